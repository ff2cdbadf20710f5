// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

/// FlatBuffers from anywhere, read without trusting them. For the host only.
///
/// Every offset, length and element is checked against the file before it is used. What points out of it
/// reads as absent, zero or empty, and the file remembers what was wrong first: ask File::error() once at the
/// end. Offsets only point forward and tables are visited by their field numbers, so reading always ends.
/// Source  Google 2014, FlatBuffers internals: root offset, tables with vtables, vectors with a length.
namespace mote::deploy::flatbuffer {

static_assert(sizeof(float) == 4, "mote: FlatBuffers hold IEEE single precision");

/// The bytes, and the first thing found wrong with them.
class File {
public:
    explicit File(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

    /// Empty while all is well.
    [[nodiscard]] const std::string& error() const { return error_; }

    void fail(std::string_view what, std::size_t at) {
        if (error_.empty()) error_ = std::string(what) + " at byte " + std::to_string(at);
    }

    [[nodiscard]] bool holds(std::size_t at, std::size_t size) const {
        return at <= bytes_.size() && size <= bytes_.size() - at;
    }

    /// The number at a place, low byte first on every machine.
    template <class T>
    requires std::is_arithmetic_v<T> T number(std::size_t at) {
        if (!holds(at, sizeof(T))) {
            fail("a number lies beyond the end", at);
            return T{};
        }
        std::uint64_t bits = 0;
        for (std::size_t i = 0; i < sizeof(T); ++i) bits |= std::uint64_t{bytes_[at + i]} << (8 * i);
        if constexpr (std::same_as<T, float>) {
            const auto word = static_cast<std::uint32_t>(bits);
            float value = 0;
            std::memcpy(&value, &word, sizeof(value));
            return value;
        } else {
            return static_cast<T>(bits);
        }
    }

    /// Where the offset at a place leads; 0, where nothing can be, if that is nowhere in the file.
    std::size_t target(std::size_t at) {
        const std::size_t offset = number<std::uint32_t>(at);
        if (offset == 0 || !holds(at, offset) || !holds(at + offset, 4)) {
            fail("an offset leads out of the file", at);
            return 0;
        }
        return at + offset;
    }

    [[nodiscard]] std::span<const std::uint8_t> bytes() const { return bytes_; }

private:
    std::span<const std::uint8_t> bytes_;
    std::string error_;
};

/// Numbers one behind the other.
template <class T>
class Vector {
public:
    Vector() = default;
    Vector(File& file, std::size_t at) : file_(&file), first_(at + 4) {
        if (at == 0) return;
        size_ = file.number<std::uint32_t>(at);
        if (size_ > file.bytes().size() / sizeof(T) || !file.holds(first_, size_ * sizeof(T))) {
            file.fail("a vector is longer than the file", at);
            size_ = 0;
        }
    }

    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] bool empty() const { return size_ == 0; }
    /// i < size()
    [[nodiscard]] T operator[](std::size_t i) const { return file_->number<T>(place(i)); }
    [[nodiscard]] std::size_t place(std::size_t i) const { return first_ + i * sizeof(T); }
    [[nodiscard]] std::span<const std::uint8_t> bytes() const {
        return empty() ? std::span<const std::uint8_t>{} : file_->bytes().subspan(first_, size_ * sizeof(T));
    }

private:
    File* file_ = nullptr;
    std::size_t first_ = 0, size_ = 0;
};

class Table {
public:
    Table() = default;
    Table(File& file, std::size_t at) : file_(&file) {
        if (at == 0) return;
        const std::int64_t vtable = static_cast<std::int64_t>(at) - file.number<std::int32_t>(at);
        if (vtable < 0 || !file.holds(static_cast<std::size_t>(vtable), 4)) {
            file.fail("a table has no vtable", at);
            return;
        }
        vtable_ = static_cast<std::size_t>(vtable);
        vtable_size_ = file.number<std::uint16_t>(vtable_);
        table_size_ = file.number<std::uint16_t>(vtable_ + 2);
        if (!file.holds(vtable_, vtable_size_) || !file.holds(at, table_size_)) {
            file.fail("a table is larger than the file", at);
            return;
        }
        at_ = at;
    }

    /// False where the table is absent or broken; it then has no fields.
    [[nodiscard]] bool exists() const { return at_ != 0; }

    template <class T>
    [[nodiscard]] T number(std::size_t field, T otherwise = T{}) const {
        const std::size_t at = place(field, sizeof(T));
        return at == 0 ? otherwise : file_->number<T>(at);
    }
    template <class T>
    [[nodiscard]] Vector<T> vector(std::size_t field) const {
        return at_ == 0 ? Vector<T>{} : Vector<T>(*file_, target(field));
    }
    [[nodiscard]] Table table(std::size_t field) const {
        return at_ == 0 ? Table{} : Table(*file_, target(field));
    }
    [[nodiscard]] std::string text(std::size_t field) const {
        const std::span<const std::uint8_t> bytes = vector<std::uint8_t>(field).bytes();
        return {bytes.begin(), bytes.end()};
    }
    /// Table i of a vector of tables; i < its size.
    [[nodiscard]] Table table(const Vector<std::uint32_t>& tables, std::size_t i) const {
        return Table(*file_, file_->target(tables.place(i)));
    }

private:
    /// Where a field's value lies; 0 where the table does not have it.
    [[nodiscard]] std::size_t place(std::size_t field, std::size_t size) const {
        if (at_ == 0 || 4 + 2 * field + 2 > vtable_size_) return 0;
        const std::size_t offset = file_->number<std::uint16_t>(vtable_ + 4 + 2 * field);
        if (offset == 0) return 0;
        if (offset + size > table_size_) {
            file_->fail("a field lies beyond its table", at_);
            return 0;
        }
        return at_ + offset;
    }
    [[nodiscard]] std::size_t target(std::size_t field) const {
        const std::size_t at = place(field, 4);
        return at == 0 ? 0 : file_->target(at);
    }

    File* file_ = nullptr;
    std::size_t at_ = 0, vtable_ = 0, vtable_size_ = 0, table_size_ = 0;
};

}  // namespace mote::deploy::flatbuffer
