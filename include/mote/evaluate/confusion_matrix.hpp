// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

#include "mote/core/concepts.hpp"
#include "mote/core/floating.hpp"
#include "mote/core/status.hpp"

namespace mote {

/// How often each class was taken for each: a classifier's answers against the truth, counted one by one.
///
/// Shapes  truth and prediction: labels 0 .. Classes - 1. Averages: precision, recall and F1 in [0, 1].
/// Errors  update() refuses labels out of range, and any after 2^32 - 1; merge() refuses what would exceed
///         that. A quotient whose divisor is 0 is 0. write() into too short a buffer is an empty text.
/// Memory  Classes^2 + 1 counts. Time O(1) to count, O(Classes^2) for a figure over all classes.
/// Source  Sokolova and Lapalme 2009, Information Processing & Management 45(4):427-437, table 3; balanced
///         accuracy after Brodersen et al. 2010, ICPR, 3121-3124. As in scikit-learn, macro averages leave
///         out classes that are neither truth nor answer, balanced accuracy those that are never the truth.
template <FloatingScalar T, std::size_t Classes, class LabelType = std::uint8_t>
requires can_label<LabelType, Classes>
class ConfusionMatrix {
public:
    using Scalar = T;
    using Label = LabelType;
    static constexpr std::size_t classes = Classes;
    static constexpr bool exactly_mergeable = true;
    static constexpr std::size_t text_size = (Classes + 1) * (11 * (Classes + 1) + 1);  // enough for write()

    struct Averages {
        T precision = 0;
        T recall = 0;
        T f1 = 0;
    };

    constexpr Status update(Label truth, Label predicted) {
        if (truth >= Classes || predicted >= Classes) return Status::bad_label;
        if (total_ == most) return Status::capacity_full;
        ++counts_[truth][predicted];
        ++total_;
        return Status::ok;
    }

    /// As if this matrix had also counted every answer of the other.
    constexpr Status merge(const ConfusionMatrix& other) {
        if (other.total_ > most - total_) return Status::capacity_full;
        for (std::size_t truth = 0; truth < Classes; ++truth) {
            for (std::size_t k = 0; k < Classes; ++k) counts_[truth][k] += other.counts_[truth][k];
        }
        total_ += other.total_;
        return Status::ok;
    }

    constexpr void reset() { *this = ConfusionMatrix{}; }

    [[nodiscard]] constexpr std::uint32_t total() const { return total_; }
    [[nodiscard]] constexpr std::uint32_t count(std::size_t truth, std::size_t predicted) const {
        return counts_[truth][predicted];
    }
    /// How often the class was the truth.
    [[nodiscard]] constexpr std::uint32_t support(std::size_t k) const {
        std::uint32_t sum = 0;
        for (const std::uint32_t n : counts_[k]) sum += n;
        return sum;
    }
    /// How often the class was the answer.
    [[nodiscard]] constexpr std::uint32_t answered(std::size_t k) const {
        std::uint32_t sum = 0;
        for (const auto& row : counts_) sum += row[k];
        return sum;
    }

    [[nodiscard]] constexpr T accuracy() const {
        std::uint32_t right = 0;
        for (std::size_t k = 0; k < Classes; ++k) right += counts_[k][k];
        return quotient(right, total_);
    }

    /// The mean recall of the classes that occur.
    [[nodiscard]] constexpr T balanced_accuracy() const {
        T sum = 0;
        std::uint32_t occurring = 0;
        for (std::size_t k = 0; k < Classes; ++k) {
            sum += recall(k);
            occurring += support(k) > 0;
        }
        return occurring == 0 ? T(0) : sum / static_cast<T>(occurring);
    }

    /// The share of right answers where the class was the answer.
    [[nodiscard]] constexpr T precision(std::size_t k) const { return quotient(counts_[k][k], answered(k)); }
    /// The share of right answers where the class was the truth.
    [[nodiscard]] constexpr T recall(std::size_t k) const { return quotient(counts_[k][k], support(k)); }
    /// The harmonic mean of precision and recall.
    [[nodiscard]] constexpr T f1(std::size_t k) const {
        return quotient(2 * std::uint64_t{counts_[k][k]}, std::uint64_t{support(k)} + answered(k));
    }

    /// Every class weighs the same.
    [[nodiscard]] constexpr Averages macro() const {
        Averages mean;
        T seen = 0;
        for (std::size_t k = 0; k < Classes; ++k) {
            if (support(k) == 0 && answered(k) == 0) continue;
            ++seen;
            mean.precision += (precision(k) - mean.precision) / seen;
            mean.recall += (recall(k) - mean.recall) / seen;
            mean.f1 += (f1(k) - mean.f1) / seen;
        }
        return mean;
    }

    /// Every answer weighs the same. A wrong one is a false positive of one class and a false negative of
    /// another, so over all classes the three are the accuracy.
    [[nodiscard]] constexpr Averages micro() const { return {accuracy(), accuracy(), accuracy()}; }

    /// A table of the counts: one line for each true class, one column for each answer.
    [[nodiscard]] constexpr std::string_view write(std::span<char> text) const {
        const std::size_t width = 1 + max(digits(largest_count()), digits(Classes - 1));
        if (text.size() < (Classes + 1) * (width * (Classes + 1) + 1)) return {};
        std::size_t end = 0;
        for (std::size_t column = 0; column < width; ++column) text[end++] = ' ';
        for (std::size_t k = 0; k < Classes; ++k) write_number(text.subspan(end + k * width, width), k);
        end += Classes * width;
        text[end++] = '\n';
        for (std::size_t truth = 0; truth < Classes; ++truth) {
            write_number(text.subspan(end, width), truth);
            end += width;
            for (const std::uint32_t n : counts_[truth]) {
                write_number(text.subspan(end, width), n);
                end += width;
            }
            text[end++] = '\n';
        }
        return {text.data(), end};
    }

private:
    static constexpr std::uint32_t most = std::numeric_limits<std::uint32_t>::max();

    [[nodiscard]] static constexpr T quotient(std::uint64_t part, std::uint64_t whole) {
        return whole == 0 ? T(0) : static_cast<T>(part) / static_cast<T>(whole);
    }

    [[nodiscard]] constexpr std::uint32_t largest_count() const {
        std::uint32_t largest = 0;
        for (const auto& row : counts_) {
            for (const std::uint32_t n : row) largest = max(largest, n);
        }
        return largest;
    }

    [[nodiscard]] static constexpr std::size_t digits(std::size_t number) {
        return number < 10 ? 1 : 1 + digits(number / 10);
    }

    /// Right-aligned in the field.
    static constexpr void write_number(std::span<char> field, std::size_t number) {
        for (char& place : field) place = ' ';
        std::size_t place = field.size();
        do {
            field[--place] = static_cast<char>('0' + number % 10);
            number /= 10;
        } while (number > 0);
    }

    std::array<std::array<std::uint32_t, Classes>, Classes> counts_{};  // [truth][predicted]
    std::uint32_t total_ = 0;
};

}  // namespace mote
