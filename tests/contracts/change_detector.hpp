// SPDX-License-Identifier: MIT
#pragma once

#include "tests/contracts/battery.hpp"
#include "tests/support/catch.hpp"

namespace mote::testing {

/// A stream of zeros and ones, which every change detector takes: one value in five is a 1, then four.
template <class T>
constexpr T change_value(Random& random, std::size_t i) {
    return random.below(5) < (i < 200 ? 1u : 4u) ? T(1) : T(0);
}

/// Where a detector saw a change, and how often it warned.
template <class M>
constexpr std::array<std::size_t, 3> findings_of(M& model, std::size_t first = 0, std::size_t values = 400) {
    Random random(31);
    std::array<std::size_t, 3> found{values, 0, 0};
    for (std::size_t i = first; i < values; ++i) {
        const Change change = model.observe(change_value<typename M::Scalar>(random, i));
        if (change == Change::detected && found[0] == values) found[0] = i;
        ++found[change == Change::detected ? 1u : 2u];
    }
    return found;
}

template <class M>
struct ChangesFound {
    constexpr auto operator()() const {
        M model = Recipe<M>::fresh();
        return findings_of(model, 130, 230);
    }
};

template <class M>
Violations change_detector_violations() {
    Findings findings;
    findings.expect_plain_value<M>();
    M model = Recipe<M>::fresh();
    M twin = model;
    Random random(32);
    for (std::size_t i = 0; i < 400; ++i) {
        const auto x = change_value<typename M::Scalar>(random, i);
        Status status{};
        Change observed{};
        findings.expect_no_allocation("update", [&] { status = twin.update(x); });
        findings.expect(status == Status::ok, "update refuses a good value");
        findings.expect_no_allocation("observe", [&] { observed = model.observe(x); });
        findings.expect(observed == twin.change(), "observe is not update and change");
        for (const auto bad : unusable_values<typename M::Scalar>()) {
            findings.expect_refusal("a non-finite value", model, [&] { return model.update(bad); });
            findings.expect(twin.observe(bad) == Change::none, "observe finds a change in a bad value");
        }
        findings.expect_const("change", model, [&] { observed = model.change(); });
    }
    findings.expect_constexpr<ChangesFound<M>>("observe");
    M used = Recipe<M>::fresh();
    const auto first = findings_of(used);
    findings.expect(first[1] > 0 && first[0] >= 200, "does not find the change, or finds one before it");
    used.reset();
    findings.expect(findings_of(used) == first, "reset does not forget");
    return findings.all();
}

template <ChangeDetector M>
void check_change_detector() {
    CHECK(change_detector_violations<M>() == Violations{});
}

}  // namespace mote::testing
