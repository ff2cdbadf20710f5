// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>

#include "mote/nn/layer.hpp"

namespace mote::nn {

/// Values of different types one behind the other. Unlike std::tuple it is trivially copyable, and layers
/// without weights take no room.
template <class... Values>
struct Record {};
template <class First, class... Rest>
struct Record<First, Rest...> {
    First first{};
    [[no_unique_address]] Record<Rest...> rest{};
};
template <class First, class... Rest>
requires std::is_empty_v<First>
struct Record<First, Rest...> {
    [[no_unique_address]] Record<Rest...> rest{};
};

template <std::size_t I, class RecordType>
constexpr decltype(auto) get(RecordType& record) {
    if constexpr (I > 0) {
        return get<I - 1>(record.rest);
    } else if constexpr (requires { record.first; }) {
        return (record.first);
    } else {
        return Nothing{};
    }
}

/// The record whose value i is make(std::integral_constant<std::size_t, i>).
template <class RecordType, std::size_t I = 0, class Make>
constexpr RecordType make_record(Make make) {
    if constexpr (requires(RecordType record) { record.first; }) {
        return {make(std::integral_constant<std::size_t, I>{}),
                make_record<decltype(RecordType::rest), I + 1>(make)};
    } else if constexpr (requires(RecordType record) { record.rest; }) {
        return {make_record<decltype(RecordType::rest), I + 1>(make)};
    } else {
        return {};
    }
}

namespace detail {

/// What a layer keeps in integers: nothing where it has no such form.
template <class Layer>
struct NumbersOf {
    using Quantized = Nothing;
    template <class Isa>
    using Packed = Nothing;
};
template <class Layer>
requires requires {
    typename Layer::Quantized;
}
struct NumbersOf<Layer> {
    using Quantized = typename Layer::Quantized;
    template <class Isa>
    using Packed = typename Layer::template Packed<Isa>;
};

template <class Architecture, class Isa, class Indices = std::make_index_sequence<Architecture::depth>>
struct RecordsOf;
template <class Architecture, class Isa, std::size_t... I>
struct RecordsOf<Architecture, Isa, std::index_sequence<I...>> {
    using Canonical = Record<typename NumbersOf<typename Architecture::template Layer<I>>::Quantized...>;
    using Packed =
        Record<typename NumbersOf<typename Architecture::template Layer<I>>::template Packed<Isa>...>;
};

}  // namespace detail

/// The layers of an architecture laid out for Isa.
template <class Architecture, class Isa>
constexpr auto pack_record(const typename detail::RecordsOf<Architecture, Isa>::Canonical& record) {
    return make_record<typename detail::RecordsOf<Architecture, Isa>::Packed>(
        [&](auto i) { return Architecture::template Layer<i>::template pack<Isa>(get<i>(record)); });
}

/// The canonical layers again.
template <class Architecture>
constexpr auto unpack_record(const auto& packed) {
    return make_record<typename detail::RecordsOf<Architecture, isa::Portable>::Canonical>(
        [&](auto i) { return Architecture::template Layer<i>::unpack(get<i>(packed)); });
}

/// The numbers of the layers of an architecture as a C++ initialiser of their record.
template <class Architecture, class RecordType, class Print>
constexpr void describe_record(const RecordType& record, Print print) {
    Architecture::for_each_layer([&](auto i) {
        using Layer = typename Architecture::template Layer<i>;
        print("{");
        if constexpr (!std::is_empty_v<typename Layer::Quantized>) {
            Layer::describe(get<i>(record), print);
            print(", ");
        }
    });
    print("{");
    for (std::size_t i = 0; i <= Architecture::depth; ++i) print("}");
}

/// The layers of an architecture as C++ source, a comma before each but the first.
template <class Architecture, class Print>
constexpr void describe_layers(const char* comma, Print print) {
    Architecture::for_each_layer([&](auto i) {
        if (i > 0) print(comma);
        Architecture::template Description<i>::describe(print);
    });
}

}  // namespace mote::nn
