// SPDX-License-Identifier: MIT
// message: mote needs C++20
// An older language is named at the top, before anything else fails.
#ifdef WRONG
#undef __cplusplus
#define __cplusplus 201703L
#endif
#include "mote/core/version.hpp"

int main() {}
