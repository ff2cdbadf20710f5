// SPDX-License-Identifier: MIT
#pragma once

/// Instruction sets as types. A set inherits from the one it extends, so that a kernel which is not
/// written for it resolves to the nearest base by ordinary overload resolution.
namespace mote::isa {

struct Portable {};
struct ArmV6M : Portable {};  // the M-profile without DSP: M0, M0+, M1, M3, M23
struct ArmDsp : Portable {};  // Armv7E-M and Armv8-M with the DSP extension: M4, M7, M33
struct ArmMve : ArmDsp {};    // Helium: M55, M85
struct Neon : Portable {};    // AArch64
struct Avx2 : Portable {};    // with FMA
struct Avx512Vnni : Avx2 {};  // AVX-512 F, BW, VL and VNNI

#if defined(__ARM_FEATURE_MVE) && __ARM_FEATURE_MVE
using Native = ArmMve;
#elif defined(__ARM_FEATURE_DSP) && defined(__ARM_ARCH_PROFILE) && __ARM_ARCH_PROFILE == 'M'
using Native = ArmDsp;
#elif defined(__ARM_ARCH_PROFILE) && __ARM_ARCH_PROFILE == 'M'
using Native = ArmV6M;
#elif defined(__aarch64__) && defined(__ARM_NEON)
using Native = Neon;
#elif defined(__AVX512F__) && defined(__AVX512BW__) && defined(__AVX512VL__) && defined(__AVX512VNNI__)
using Native = Avx512Vnni;
#elif defined(__AVX2__) && defined(__FMA__)
using Native = Avx2;
#else
using Native = Portable;
#endif

}  // namespace mote::isa
