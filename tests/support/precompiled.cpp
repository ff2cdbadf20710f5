// SPDX-License-Identifier: MIT
// Empty on purpose: CMake needs one source that uses the precompiled header it makes.
