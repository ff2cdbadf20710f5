// SPDX-License-Identifier: MIT
// The batteries on toys: one that keeps every promise, and one per promise that breaks it.
#include <algorithm>
#include <cstdlib>
#include <vector>

#include "tests/contracts/agent.hpp"
#include "tests/contracts/change_detector.hpp"
#include "tests/contracts/classifier.hpp"
#include "tests/contracts/mergeable.hpp"
#include "tests/contracts/regressor.hpp"
#include "tests/contracts/streaming_detector.hpp"
#include "tests/contracts/transformer.hpp"

using namespace mote::testing;
using mote::Random;
using mote::Status;

namespace {

enum class Fault {
    none,
    allocates,
    takes_nan,
    takes_nan_but_complains,
    takes_bad_label,
    mutable_query,
    not_constexpr,
    differs_at_run_time,
    out_of_range,
    improper_shares,
    forgets_nothing,
    learns_twice,
    infinite_score,
    bad_merge,
    takes_uneven,
};

constexpr bool all_finite(std::span<const float> x) {
    for (float value : x) {
        if (!finite(value)) return false;
    }
    return true;
}

void* volatile block = nullptr;  // volatile, so that the optimiser keeps the calls

void allocate() {
    block = ::operator new(8);
    ::operator delete(block);
}

/// The mean of each class; predicts the nearest.
template <Fault F>
struct Nearest {
    using Scalar = float;
    using Sample = std::span<const float, 2>;
    using Label = std::uint8_t;
    static constexpr std::size_t features = 2, classes = 3;
    static constexpr bool exactly_mergeable = true;

    constexpr Status update(Sample x, Label y) {
        if constexpr (F == Fault::takes_nan_but_complains) count[0] += !all_finite(x);
        if (F != Fault::takes_nan && !all_finite(x)) return Status::not_finite;
        if (y >= classes) {
            if (F == Fault::takes_bad_label) return Status::ok;
            return Status::bad_label;
        }
        if constexpr (F == Fault::allocates) allocate();
        for (std::size_t i = 0; i < features; ++i) sum[y][i] += x[i];
        ++count[y];
        return Status::ok;
    }

    constexpr Status fit(mote::Dataset<float, 2> data) {
        if (data.empty()) return Status::too_few_rows;
        if (F != Fault::takes_uneven && data.check() != Status::ok) return data.check();
        Nearest next;
        const std::size_t rows = std::min(data.rows.size(), data.labels.size());
        for (std::size_t i = 0; i < rows; ++i) {
            if (const Status status = next.update(data.rows[i], data.labels[i]); status != Status::ok)
                return status;
        }
        *this = next;
        return Status::ok;
    }

    constexpr float distance(Sample x, std::size_t k) const {
        float total = 0;
        for (std::size_t i = 0; i < features; ++i) {
            const float mean = count[k] == 0 ? 0 : sum[k][i] / static_cast<float>(count[k]);
            total += (x[i] - mean) * (x[i] - mean);
        }
        return total;
    }

    constexpr Label predict(Sample x) const {
        if constexpr (F == Fault::mutable_query) ++asked;
        if constexpr (F == Fault::not_constexpr) static_cast<void>(std::rand());
        if (F == Fault::out_of_range && !all_finite(x)) return 200;
        Label best = 0;
        for (Label k = 1; k < classes; ++k) {
            if (distance(x, k) < distance(x, best)) best = k;
        }
        if (F == Fault::differs_at_run_time && !std::is_constant_evaluated()) best = best == 0 ? 1 : 0;
        return best;
    }

    constexpr std::array<float, 3> predict_proba(Sample x) const {
        std::array<float, 3> share{};
        if (F == Fault::improper_shares) return share;
        share[predict(x)] = 1;
        return share;
    }

    constexpr Status merge(const Nearest& other) {
        for (std::size_t k = 0; k < classes; ++k) {
            for (std::size_t i = 0; i < features; ++i) sum[k][i] += other.sum[k][i];
            count[k] += F == Fault::bad_merge ? 1 : other.count[k];
        }
        return Status::ok;
    }

    constexpr void reset() {
        if (F != Fault::forgets_nothing) *this = Nearest{};
    }

    std::array<std::array<float, 2>, 3> sum{};
    std::array<std::uint32_t, 3> count{};
    mutable std::uint32_t asked = 0;
};

/// Distance from the running mean.
template <Fault F>
struct Distance {
    using Sample = std::span<const float, 2>;
    using Score = float;
    static constexpr std::size_t features = 2;

    constexpr Status update(Sample x) {
        if (F != Fault::takes_nan && !all_finite(x)) return Status::not_finite;
        ++count;
        for (std::size_t i = 0; i < features; ++i) mean[i] += (x[i] - mean[i]) / static_cast<float>(count);
        return Status::ok;
    }
    constexpr float score(Sample x) const {
        if constexpr (F == Fault::mutable_query) ++asked;
        if (F != Fault::infinite_score && !all_finite(x)) return 0;
        return (x[0] - mean[0]) * (x[0] - mean[0]) + (x[1] - mean[1]) * (x[1] - mean[1]);
    }
    constexpr float observe(Sample x) {
        if constexpr (F == Fault::allocates) allocate();
        const float result = score(x);
        update(x);
        if (F == Fault::learns_twice) update(x);
        return result;
    }
    constexpr void reset() {
        if (F != Fault::forgets_nothing) *this = Distance{};
    }

    std::array<float, 2> mean{};
    std::uint32_t count = 0;
    mutable std::uint32_t asked = 0;
};

/// A moving average that has left the lower part.
template <Fault F>
struct Rise {
    using Scalar = float;

    constexpr Status update(float x) {
        if (F != Fault::takes_nan && !finite(x)) return Status::not_finite;
        average += (x - average) / 16;
        return Status::ok;
    }
    constexpr mote::Change observe(float x) {
        if constexpr (F == Fault::allocates) allocate();
        if constexpr (F == Fault::not_constexpr) static_cast<void>(std::rand());
        if (update(x) != Status::ok) return mote::Change::none;
        if (F == Fault::learns_twice) update(x);
        return change();
    }
    [[nodiscard]] constexpr mote::Change change() const {
        if constexpr (F == Fault::mutable_query) ++asked;
        if (F == Fault::out_of_range) return mote::Change::warning;
        return average > 0.65f ? mote::Change::detected : mote::Change::none;
    }
    constexpr void reset() {
        if (F != Fault::forgets_nothing) *this = Rise{};
    }

    float average = 0;
    mutable std::uint32_t asked = 0;
};

/// Running mean of the targets.
template <Fault F>
struct MeanTarget {
    using Scalar = float;
    using Sample = std::span<const float, 2>;
    using Target = float;
    static constexpr std::size_t features = 2;

    constexpr Status update(Sample x, float y) {
        if (F != Fault::takes_nan && !(all_finite(x) && finite(y))) return Status::not_finite;
        mean += (y - mean) / static_cast<float>(++count);
        return Status::ok;
    }
    constexpr float predict(Sample) const { return mean; }
    constexpr void reset() {
        if (F != Fault::forgets_nothing) *this = MeanTarget{};
    }

    float mean = 0;
    std::uint32_t count = 0;
};

/// Subtracts the mean of the rows.
template <Fault F>
struct Centre {
    using Scalar = float;
    using Sample = std::span<const float, 2>;
    static constexpr std::size_t features = 2, outputs = 2;

    constexpr Status fit(mote::Rows<float, 2> rows) {
        std::array<float, 2> next{};
        for (const auto& row : rows) {
            if (F != Fault::takes_nan && !all_finite(row)) return Status::not_finite;
            for (std::size_t i = 0; i < 2; ++i) next[i] += row[i] / static_cast<float>(rows.size());
        }
        mean = next;
        return Status::ok;
    }
    constexpr std::array<float, 2> transform(Sample x) const {
        if constexpr (F == Fault::allocates) allocate();
        return {x[0] - mean[0], x[1] - mean[1]};
    }

    std::array<float, 2> mean{};
};

/// Mean reward of each action in each state.
template <Fault F>
struct Bandit {
    using Scalar = float;
    using State = std::uint8_t;
    using Action = std::uint8_t;
    static constexpr std::size_t states = 4, actions = 3;

    constexpr Action act(State s, Random& random) const {
        if (s >= states) return 0;
        if constexpr (F == Fault::out_of_range) return static_cast<Action>(random.below(actions + 1));
        if (random.below(10) == 0) return static_cast<Action>(random.below(actions));
        Action best = 0;
        for (Action a = 1; a < actions; ++a) {
            if (value[s][a] > value[s][best]) best = a;
        }
        return best;
    }
    constexpr Status learn(State s, Action a, float reward, State next) {
        if (F != Fault::takes_bad_label && (s >= states || next >= states || a >= actions))
            return Status::bad_state;
        if (F != Fault::takes_nan && !finite(reward)) return Status::not_finite;
        if (s < states && a < actions) value[s][a] += (reward - value[s][a]) / 8;
        return Status::ok;
    }
    constexpr void reset() {
        if (F != Fault::forgets_nothing) *this = Bandit{};
    }

    std::array<std::array<float, actions>, states> value{};
};

/// Keeps its weights on the heap.
struct Owner {
    using Scalar = float;
    using Sample = std::span<const float, 2>;
    using Label = std::uint8_t;
    Label predict(Sample) const { return 0; }
    std::vector<float> weights;
};

bool holds(const Violations& violations, const std::string& sentence) {
    return std::find(violations.begin(), violations.end(), sentence) != violations.end();
}

}  // namespace

TEST_CASE("Batteries: honest types pass") {
    check_classifier<Nearest<Fault::none>>();
    check_online_classifier<Nearest<Fault::none>>();
    check_mergeable<Nearest<Fault::none>>();
    check_streaming_detector<Distance<Fault::none>>();
    check_anomaly_detector<Distance<Fault::none>>();
    check_change_detector<Rise<Fault::none>>();
    check_regressor<MeanTarget<Fault::none>>();
    check_transformer<Centre<Fault::none>>();
    check_agent<Bandit<Fault::none>>();
}

TEST_CASE("Batteries: allocations are counted, however they are made") {
    CHECK(allocations_in([] {}) == 0);
    CHECK(allocations_in(allocate) == 1);
    CHECK(allocations_in([] { block = std::malloc(8); }) == 1);
    CHECK(allocations_in([] { block = std::realloc(block, 4096); }) == 1);
    std::free(block);
    CHECK(allocations_in([] { block = std::calloc(2, 8); }) == 1);
    std::free(block);
    CHECK(allocations_in([] { block = std::aligned_alloc(64, 64); }) == 1);
    std::free(block);
}

TEST_CASE("Batteries: the classifier's catches each fault") {
    CHECK(holds(classifier_violations<Nearest<Fault::allocates>>(), "update allocates"));
    CHECK(holds(classifier_violations<Nearest<Fault::allocates>>(), "fit allocates"));
    CHECK(holds(classifier_violations<Nearest<Fault::takes_nan>>(), "accepts a non-finite sample"));
    CHECK(holds(classifier_violations<Nearest<Fault::takes_nan>>(), "is changed by a non-finite sample"));
    CHECK(holds(classifier_violations<Nearest<Fault::takes_nan>>(), "accepts a non-finite row in fit"));
    CHECK(classifier_violations<Nearest<Fault::takes_nan_but_complains>>() ==
          Violations{"is changed by a non-finite sample"});
    CHECK(holds(classifier_violations<Nearest<Fault::takes_bad_label>>(), "accepts a label out of range"));
    CHECK(holds(classifier_violations<Nearest<Fault::takes_bad_label>>(),
                "accepts a label out of range in fit"));
    CHECK(holds(classifier_violations<Nearest<Fault::takes_uneven>>(), "accepts rows without labels"));
    CHECK(holds(classifier_violations<Nearest<Fault::mutable_query>>(), "predict changes a const model"));
    CHECK(holds(classifier_violations<Nearest<Fault::not_constexpr>>(),
                "predict does not work in a constant expression"));
    CHECK(holds(classifier_violations<Nearest<Fault::differs_at_run_time>>(),
                "predict differs between compile time and run time"));
    CHECK(classifier_violations<Nearest<Fault::out_of_range>>() ==
          Violations{"predict gives a label out of range for a bad sample"});
    CHECK(
        holds(classifier_violations<Nearest<Fault::improper_shares>>(), "predict_proba does not sum to one"));
    CHECK(classifier_violations<Nearest<Fault::forgets_nothing>>() == Violations{"reset does not forget"});
}

TEST_CASE("Batteries: the detector's catches each fault") {
    CHECK(streaming_detector_violations<Distance<Fault::allocates>>() == Violations{"observe allocates"});
    CHECK(holds(streaming_detector_violations<Distance<Fault::takes_nan>>(), "accepts a non-finite sample"));
    CHECK(holds(streaming_detector_violations<Distance<Fault::takes_nan>>(),
                "is changed by observing a non-finite sample"));
    CHECK(holds(streaming_detector_violations<Distance<Fault::mutable_query>>(),
                "score changes a const model"));
    CHECK(holds(streaming_detector_violations<Distance<Fault::infinite_score>>(),
                "score is not finite for a bad sample"));
    CHECK(holds(streaming_detector_violations<Distance<Fault::learns_twice>>(),
                "observe does not learn what update learns"));
    CHECK(streaming_detector_violations<Distance<Fault::forgets_nothing>>() ==
          Violations{"reset does not forget"});
}

TEST_CASE("Batteries: the change detector's catches each fault") {
    CHECK(holds(change_detector_violations<Rise<Fault::allocates>>(), "observe allocates"));
    CHECK(holds(change_detector_violations<Rise<Fault::takes_nan>>(), "accepts a non-finite value"));
    CHECK(holds(change_detector_violations<Rise<Fault::takes_nan>>(), "is changed by a non-finite value"));
    CHECK(holds(change_detector_violations<Rise<Fault::mutable_query>>(), "change changes a const model"));
    CHECK(change_detector_violations<Rise<Fault::not_constexpr>>() ==
          Violations{"observe does not work in a constant expression"});
    CHECK(holds(change_detector_violations<Rise<Fault::learns_twice>>(), "observe is not update and change"));
    CHECK(change_detector_violations<Rise<Fault::out_of_range>>() ==
          Violations{"does not find the change, or finds one before it"});
    CHECK(change_detector_violations<Rise<Fault::forgets_nothing>>() == Violations{"reset does not forget"});
}

TEST_CASE("Batteries: the others catch each fault") {
    CHECK(holds(regressor_violations<MeanTarget<Fault::takes_nan>>(), "accepts a non-finite target"));
    CHECK(regressor_violations<MeanTarget<Fault::forgets_nothing>>() == Violations{"reset does not forget"});
    CHECK(holds(transformer_violations<Centre<Fault::takes_nan>>(), "accepts a non-finite row in fit"));
    CHECK(holds(transformer_violations<Centre<Fault::allocates>>(), "transform allocates"));
    CHECK(holds(agent_violations<Bandit<Fault::takes_bad_label>>(), "accepts a state out of range"));
    CHECK(holds(agent_violations<Bandit<Fault::takes_bad_label>>(), "accepts an action out of range"));
    CHECK(holds(agent_violations<Bandit<Fault::takes_nan>>(), "accepts a non-finite reward"));
    CHECK(holds(agent_violations<Bandit<Fault::out_of_range>>(), "act gives an action out of range"));
    CHECK(agent_violations<Bandit<Fault::forgets_nothing>>() == Violations{"reset does not forget"});
    CHECK(holds(mergeable_violations<Nearest<Fault::bad_merge>>(), "merge differs from training on both"));
}

TEST_CASE("Batteries: a model with a pointer to heap memory is not a plain value") {
    CHECK(classifier_violations<Owner>() == Violations{"is not trivially copyable"});
}
