// SPDX-License-Identifier: MIT
#include "tests/support/allocations.hpp"

#include <atomic>

#if defined(__has_feature)
#define MOTE_HAS_FEATURE(x) __has_feature(x)
#else
#define MOTE_HAS_FEATURE(x) 0
#endif

namespace {
std::atomic<std::size_t> count{0};
}

std::size_t mote::testing::allocations() {
    return count;
}

// A sanitizer owns malloc and offers hooks; elsewhere glibc lets a program replace malloc and keep the
// original under another name. Both see operator new as well, which asks malloc.
#if defined(__SANITIZE_ADDRESS__) || MOTE_HAS_FEATURE(address_sanitizer)

// As in <sanitizer/allocator_interface.h>, which comes with clang and not with g++.
extern "C" int __sanitizer_install_malloc_and_free_hooks(void (*)(const volatile void*, std::size_t),
                                                         void (*)(const volatile void*));

[[maybe_unused]] static const int installed = __sanitizer_install_malloc_and_free_hooks(
    [](const volatile void*, std::size_t) { ++count; }, [](const volatile void*) {});

#elif defined(__GLIBC__)

extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);

void* malloc(std::size_t bytes) {
    ++count;
    return __libc_malloc(bytes);
}
void* calloc(std::size_t number, std::size_t bytes) {
    ++count;
    return __libc_calloc(number, bytes);
}
void* realloc(void* block, std::size_t bytes) {
    ++count;
    return __libc_realloc(block, bytes);
}
void* aligned_alloc(std::size_t alignment, std::size_t bytes) {
    ++count;
    return __libc_memalign(alignment, bytes);
}
}

#else
#error "mote: this C library needs a way to count allocations; see tests/support/allocations.cpp"
#endif
