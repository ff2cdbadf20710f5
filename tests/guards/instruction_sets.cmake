# SPDX-License-Identifier: MIT
# Intrinsics, inline assembly and macros of instruction sets appear in kernels/ and nowhere else.
include(${CMAKE_CURRENT_LIST_DIR}/rule.cmake)

file(GLOB_RECURSE files ${repository}/include/*.hpp ${repository}/tests/*.[ch]pp ${repository}/examples/*.[ch]pp
    ${repository}/benchmarks/*.[ch]pp)
list(FILTER files EXCLUDE REGEX "/(include/mote|tests|benchmarks)/kernels/|/tests/firmware/|/tests/compile_fail/")
set(reason "belongs into kernels/")
forbid("__ARM_|__aarch64__|__arm__|__thumb|__AVX|__SSE|__FMA__|__x86_64__" ${reason} ${files})
forbid("immintrin|arm_neon|arm_mve|arm_acle|cpuid" ${reason} ${files})
forbid("_mm[0-9]*_[a-z]|__m(128|256|512)|__builtin_(ia32|arm|neon)_|__(smlad|smuad|sxtb16|pkhbt|ssat|usat|qadd)" ${reason} ${files})
forbid("[^a-z_](v(ld|st|mla|mul|add|dup|get|set|dot|padal|mlal|mull|addv|max|min)[a-z0-9]*q?_(n_)?[suf](8|16|32|64))" ${reason} ${files})
list(FILTER files INCLUDE REGEX "/include/")  # a test or a benchmark may keep the optimiser from folding its work away
forbid("[^a-z_](asm|__asm__|__asm)[^a-z_]" ${reason} ${files})
finish("Only kernels/ knows instruction sets")
