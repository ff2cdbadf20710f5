// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <fstream>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// How a CSV file becomes rows and targets. The program that CMake runs to learn a table's shape and the one
/// that judges the methods read it by the same code.
namespace mote::tables {

/// Rows of numbers, NaN where a value is missing, and one target for each.
struct Table {
    std::string name;
    std::size_t features = 0;
    std::size_t classes = 0;  // 0: a regression; otherwise targets are 0 .. classes - 1
    std::vector<std::vector<double>> rows;
    std::vector<double> targets;
    std::vector<int> folds;   // where the file says which: a first column named fold
    std::size_t skipped = 0;  // lines with too few or too many fields, or without a target
};

namespace detail {

using Fields = std::vector<std::string>;

inline constexpr double missing = std::numeric_limits<double>::quiet_NaN();
inline constexpr std::size_t most_classes = 20;     // of a target of whole numbers
inline constexpr std::size_t most_categories = 64;  // of a column of text

/// The fields of one line; a field in double quotes may hold the separator, and "" for a quote.
inline Fields split(const std::string& line, char separator) {
    Fields fields(1);
    bool quoted = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        if (c == '"' && quoted && i + 1 < line.size() && line[i + 1] == '"') {
            fields.back() += line[++i];
        } else if (c == '"') {
            quoted = !quoted;
        } else if (c == separator && !quoted) {
            fields.emplace_back();
        } else if (c != '\r') {
            fields.back() += c;
        }
    }
    for (std::string& field : fields) {
        field.erase(0, field.find_first_not_of(" \t"));
        field.erase(field.find_last_not_of(" \t") + 1);
    }
    return fields;
}

inline bool is_missing(std::string text) {
    for (char& c : text) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    static const std::set<std::string> markers{"",     "?",    "na", "n/a", "nan",
                                               "null", "none", "-",  "inf", "-inf"};
    return markers.contains(text);
}

/// True where the whole text is a finite number.
inline bool parse(const std::string& text, double& value) {
    const char* first = text.c_str() + (text.starts_with('+') ? 1 : 0);
    const char* last = text.c_str() + text.size();
    const auto result = std::from_chars(first, last, value);
    return result.ec == std::errc{} && result.ptr == last && std::isfinite(value);
}

/// One column as numbers. Text is numbered in alphabetical order.
struct Column {
    std::vector<double> values;
    bool text = false;
    std::set<double> distinct;
};

inline Column read_column(const std::vector<Fields>& lines, std::size_t place) {
    Column column;
    std::map<std::string, double> categories;
    for (const Fields& line : lines) {
        double value = missing;
        const bool absent = is_missing(line[place]);
        if (!absent && !parse(line[place], value)) column.text = true;
        if (!absent) categories[line[place]] = 0;
        column.values.push_back(value);
    }
    double number = 0;
    for (auto& [category, code] : categories) code = number++;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (is_missing(lines[i][place])) continue;
        if (column.text) column.values[i] = categories[lines[i][place]];
        column.distinct.insert(column.values[i]);
    }
    return column;
}

/// Text is a class, and so are few different whole numbers, each of which occurs five times on average.
inline bool holds_classes(const Column& target) {
    if (target.text) return true;
    const bool whole = std::ranges::all_of(target.distinct, [](double v) { return v == std::floor(v); });
    const std::size_t different = target.distinct.size();
    return whole && different <= most_classes && 5 * different <= target.values.size();
}

inline char separator_of(const std::string& header) {
    for (const char candidate : {',', ';', '\t'}) {
        if (header.find(candidate) != std::string::npos) return candidate;
    }
    return ',';
}

/// The lines below the header, as long as it; a first column without a name, as R writes it, is dropped.
inline std::vector<Fields> read_lines(const std::string& path, Fields& header, std::size_t& skipped) {
    std::ifstream file(path);
    std::string line;
    std::getline(file, line);
    if (line.starts_with("\xEF\xBB\xBF")) line.erase(0, 3);  // the mark of UTF-8
    const char separator = separator_of(line);
    header = split(line, separator);
    const std::size_t columns = header.size();
    std::vector<Fields> lines;
    while (std::getline(file, line)) {
        if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
        Fields fields = split(line, separator);
        if (fields.size() == columns + 1) fields.erase(fields.begin());
        if (fields.size() != columns || is_missing(fields.back())) {
            ++skipped;
        } else {
            lines.push_back(std::move(fields));
        }
    }
    return lines;
}

}  // namespace detail

/// Columns of text with many categories (names, dates) and columns without any value are left out.
/// A file that cannot be read is a table without rows.
inline Table read_table(const std::string& path, std::string name) {
    Table table;
    table.name = std::move(name);
    detail::Fields header;
    const auto lines = detail::read_lines(path, header, table.skipped);
    if (lines.empty()) return table;
    table.rows.resize(lines.size());
    const std::size_t first = header.front() == "fold" ? 1 : 0, last = lines.front().size() - 1;
    if (first == 1) {
        for (const double fold : detail::read_column(lines, 0).values) {
            table.folds.push_back(fold >= 0 ? static_cast<int>(fold) : -1);
        }
    }
    for (std::size_t place = first; place < last; ++place) {
        const auto column = detail::read_column(lines, place);
        if (column.distinct.empty()) continue;
        if (column.text && column.distinct.size() > detail::most_categories) continue;
        ++table.features;
        for (std::size_t i = 0; i < lines.size(); ++i) table.rows[i].push_back(column.values[i]);
    }
    const auto target = detail::read_column(lines, last);
    table.targets = target.values;
    if (detail::holds_classes(target)) {
        table.classes = target.distinct.size();
        for (double& value : table.targets) {  // whatever they are, numbered in ascending order
            value = static_cast<double>(std::distance(target.distinct.begin(), target.distinct.find(value)));
        }
    }
    return table;
}

}  // namespace mote::tables
