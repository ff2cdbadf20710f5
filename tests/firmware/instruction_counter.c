// SPDX-License-Identifier: MIT
// A QEMU plugin that counts the instructions which the emulated core executes between two addresses.
// Arguments: begin=ADDRESS,end=ADDRESS,out=FILE. Each time the core has gone from begin to end, one line with
// the count is added to FILE; the instruction at begin is counted, the one at end is not.
//
// The declarations below are the part of QEMU's plugin interface that is used; distributions do not ship its
// header. They are the same in version 1 (QEMU 4.2 to 8.2) and in version 2 and later (QEMU 9).
#define _POSIX_C_SOURCE 200809L
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))

typedef uint64_t qemu_plugin_id_t;
typedef struct qemu_info_t qemu_info_t;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
enum qemu_plugin_cb_flags { QEMU_PLUGIN_CB_NO_REGS };

typedef void (*qemu_plugin_vcpu_udata_cb_t)(unsigned int vcpu, void* userdata);
typedef void (*qemu_plugin_vcpu_tb_trans_cb_t)(qemu_plugin_id_t id, struct qemu_plugin_tb* block);

void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id, qemu_plugin_vcpu_tb_trans_cb_t callback);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn* instruction,
                                            qemu_plugin_vcpu_udata_cb_t callback,
                                            enum qemu_plugin_cb_flags flags, void* userdata);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb* block);
struct qemu_plugin_insn* qemu_plugin_tb_get_insn(const struct qemu_plugin_tb* block, size_t index);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn* instruction);

EXPORT int qemu_plugin_version = QEMU_PLUGIN_INTERFACE;

static uint64_t begin_address;
static uint64_t end_address;
static const char* out_path;
static uint64_t executed;
static bool counting;

static void on_instruction(unsigned int vcpu, void* userdata) {
    (void)vcpu, (void)userdata;
    ++executed;
}

static void on_begin(unsigned int vcpu, void* userdata) {
    (void)vcpu, (void)userdata;
    executed = 0;
    counting = true;
}

static void on_end(unsigned int vcpu, void* userdata) {
    (void)vcpu, (void)userdata;
    if (!counting) return;
    counting = false;
    FILE* out = fopen(out_path, "a");
    if (!out) return;
    fprintf(out, "%" PRIu64 "\n", executed);
    fclose(out);
}

// The callbacks of one instruction run in the order of their registration.
static void on_translation(qemu_plugin_id_t id, struct qemu_plugin_tb* block) {
    (void)id;
    const size_t count = qemu_plugin_tb_n_insns(block);
    for (size_t i = 0; i < count; ++i) {
        struct qemu_plugin_insn* instruction = qemu_plugin_tb_get_insn(block, i);
        const uint64_t address = qemu_plugin_insn_vaddr(instruction);
        qemu_plugin_vcpu_udata_cb_t marker = address == begin_address ? on_begin
                                             : address == end_address ? on_end
                                                                      : NULL;
        if (marker) qemu_plugin_register_vcpu_insn_exec_cb(instruction, marker, QEMU_PLUGIN_CB_NO_REGS, NULL);
        qemu_plugin_register_vcpu_insn_exec_cb(instruction, on_instruction, QEMU_PLUGIN_CB_NO_REGS, NULL);
    }
}

static uint64_t code_address(const char* text) {
    return strtoull(text, NULL, 0) & ~UINT64_C(1);
}  // bit 0 means Thumb

EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t* info, int argc, char** argv) {
    (void)info;
    for (int i = 0; i < argc; ++i) {
        if (!strncmp(argv[i], "begin=", 6)) begin_address = code_address(argv[i] + 6);
        if (!strncmp(argv[i], "end=", 4)) end_address = code_address(argv[i] + 4);
        if (!strncmp(argv[i], "out=", 4)) out_path = strdup(argv[i] + 4);
    }
    if (begin_address == end_address || !out_path) {
        fprintf(stderr, "instruction_counter: needs begin=ADDRESS,end=ADDRESS,out=FILE\n");
        return 1;
    }
    qemu_plugin_register_vcpu_tb_trans_cb(id, on_translation);
    return 0;
}
