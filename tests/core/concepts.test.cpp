// SPDX-License-Identifier: MIT
#include "mote/core/concepts.hpp"

#include <string>

#include "mote/core/change.hpp"
#include "mote/core/fixed.hpp"
#include "mote/core/random.hpp"
#include "tests/support/catch.hpp"

// For each concept the smallest type that it must accept, and copies of it with one thing wrong each. Nothing
// here runs: the compiler is what is tested.
namespace samples {

using mote::Status;

struct GoodClassifier {
    using Scalar = float;
    using Sample = std::span<const float, 2>;
    using Label = std::uint8_t;
    static constexpr std::size_t features = 2, classes = 3;
    Label predict(Sample) const;
    std::array<float, 3> predict_proba(Sample) const;
    Status update(Sample, Label);
    void reset();
};
struct MutablePredict : GoodClassifier {
    Label predict(Sample);
};
struct WrongLabel : GoodClassifier {
    int predict(Sample) const;
};
struct TooFewProbabilities : GoodClassifier {
    std::array<float, 2> predict_proba(Sample) const;
};
struct UpdateWithoutStatus : GoodClassifier {
    void update(Sample, Label);
};
struct OwnsMemory : GoodClassifier {
    std::string name;
};
struct HasVirtual : GoodClassifier {
    virtual void hook() {}
};

struct GoodRegressor {
    using Sample = std::span<const float, 2>;
    using Target = float;
    static constexpr std::size_t features = 2;
    float predict(Sample) const;
};
struct PredictsText : GoodRegressor {
    const char* predict(Sample) const;
};

struct GoodChangeDetector {
    using Scalar = float;
    Status update(float);
    mote::Change observe(float);
    mote::Change change() const;
    void reset();
};
struct SaysYesOrNo : GoodChangeDetector {
    bool observe(float);
};
struct ForgetsItsAnswer : GoodChangeDetector {
    mote::Change change();
};

struct GoodDetector {
    using Sample = std::span<const float, 2>;
    using Score = float;
    static constexpr std::size_t features = 2;
    Score score(Sample) const;
    Status update(Sample);
    Score observe(Sample);
    void reset();
};
struct MutableScore : GoodDetector {
    Score score(Sample);
};
struct ScoresDouble : GoodDetector {
    double score(Sample) const;
};
struct ObservesNothing : GoodDetector {
    void observe(Sample);
};

struct GoodTransformer {
    using Scalar = float;
    using Sample = std::span<const float, 4>;
    static constexpr std::size_t outputs = 2;
    std::array<float, 2> transform(Sample) const;
};
struct WrongOutputs : GoodTransformer {
    static constexpr std::size_t outputs = 3;
};

struct GoodAgent {
    using Scalar = float;
    using State = std::uint16_t;
    using Action = std::uint8_t;
    static constexpr std::size_t states = 5, actions = 2;
    Action act(State, mote::Random&) const;
    Status learn(State, Action, Scalar, State);
    void reset();
};
struct ActsWithoutRandom : GoodAgent {
    Action act(State) const;
};
struct MutableAct : GoodAgent {
    Action act(State, mote::Random&);
};

struct GoodMerge {
    static constexpr bool exactly_mergeable = true;
    Status merge(const GoodMerge&);
};
struct MergesSilently {
    static constexpr bool exactly_mergeable = true;
    void merge(const MergesSilently&);
};
struct ExactnessUnsaid {
    Status merge(const ExactnessUnsaid&);
};

}  // namespace samples

using namespace samples;

TEST_CASE("concepts: scalars") {
    STATIC_REQUIRE(mote::FloatingScalar<float>);
    STATIC_REQUIRE(mote::Scalar<double>);
    STATIC_REQUIRE(mote::Scalar<mote::q15>);
    STATIC_REQUIRE(mote::FixedScalar<mote::q31>);
    STATIC_REQUIRE_FALSE(mote::FixedScalar<float>);
    STATIC_REQUIRE_FALSE(mote::Scalar<int>);
    STATIC_REQUIRE_FALSE(mote::Scalar<std::string>);
}

TEST_CASE("concepts: plain values") {
    STATIC_REQUIRE(mote::PlainValue<GoodClassifier>);
    STATIC_REQUIRE_FALSE(mote::PlainValue<OwnsMemory>);
    STATIC_REQUIRE_FALSE(mote::PlainValue<HasVirtual>);
}

TEST_CASE("concepts: classifiers") {
    STATIC_REQUIRE(mote::Classifier<GoodClassifier>);
    STATIC_REQUIRE(mote::ProbabilisticClassifier<GoodClassifier>);
    STATIC_REQUIRE(mote::OnlineClassifier<GoodClassifier>);
    STATIC_REQUIRE_FALSE(mote::Classifier<MutablePredict>);
    STATIC_REQUIRE_FALSE(mote::Classifier<WrongLabel>);
    STATIC_REQUIRE_FALSE(mote::Classifier<OwnsMemory>);
    STATIC_REQUIRE_FALSE(mote::Classifier<HasVirtual>);
    STATIC_REQUIRE_FALSE(mote::Classifier<GoodRegressor>);
    STATIC_REQUIRE(mote::Classifier<TooFewProbabilities>);
    STATIC_REQUIRE_FALSE(mote::ProbabilisticClassifier<TooFewProbabilities>);
    STATIC_REQUIRE_FALSE(mote::OnlineClassifier<UpdateWithoutStatus>);
}

TEST_CASE("concepts: regressors") {
    STATIC_REQUIRE(mote::Regressor<GoodRegressor>);
    STATIC_REQUIRE_FALSE(mote::Regressor<PredictsText>);
    STATIC_REQUIRE_FALSE(mote::Regressor<GoodDetector>);
}

TEST_CASE("concepts: detectors") {
    STATIC_REQUIRE(mote::AnomalyDetector<GoodDetector>);
    STATIC_REQUIRE(mote::StreamingDetector<GoodDetector>);
    STATIC_REQUIRE_FALSE(mote::AnomalyDetector<MutableScore>);
    STATIC_REQUIRE_FALSE(mote::AnomalyDetector<ScoresDouble>);
    STATIC_REQUIRE(mote::AnomalyDetector<ObservesNothing>);
    STATIC_REQUIRE_FALSE(mote::StreamingDetector<ObservesNothing>);
}

TEST_CASE("concepts: transformers, agents, mergeable models") {
    STATIC_REQUIRE(mote::Transformer<GoodTransformer>);
    STATIC_REQUIRE_FALSE(mote::Transformer<WrongOutputs>);
    STATIC_REQUIRE(mote::Agent<GoodAgent>);
    STATIC_REQUIRE_FALSE(mote::Agent<ActsWithoutRandom>);
    STATIC_REQUIRE_FALSE(mote::Agent<MutableAct>);
    STATIC_REQUIRE(mote::Mergeable<GoodMerge>);
    STATIC_REQUIRE_FALSE(mote::Mergeable<MergesSilently>);
    STATIC_REQUIRE_FALSE(mote::Mergeable<ExactnessUnsaid>);
}

TEST_CASE("concepts: change detectors") {
    STATIC_REQUIRE(mote::ChangeDetector<GoodChangeDetector>);
    STATIC_REQUIRE_FALSE(mote::ChangeDetector<SaysYesOrNo>);
    STATIC_REQUIRE_FALSE(mote::ChangeDetector<ForgetsItsAnswer>);
    STATIC_REQUIRE_FALSE(mote::ChangeDetector<GoodDetector>);
    using mote::Direction;
    STATIC_REQUIRE((rises(Direction::up) && rises(Direction::both) && !rises(Direction::down)));
    STATIC_REQUIRE((falls(Direction::down) && falls(Direction::both) && !falls(Direction::up)));
}
