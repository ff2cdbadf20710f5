// SPDX-License-Identifier: MIT
#pragma once

// Catch2 v3 and v2 keep their one big header in different places.
#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
using Catch::Approx;
#else
#include <catch2/catch.hpp>
#endif
