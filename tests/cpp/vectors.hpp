// Reads tests/vectors/<file>.csv: no cell is quoted or holds a comma.

#ifndef VECTORS_HPP
#define VECTORS_HPP

#include <cstddef>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

inline std::vector<std::string> split(const std::string &text, char separator)
{
    std::vector<std::string> parts;
    std::string part;
    std::istringstream stream(text);
    while (std::getline(stream, part, separator)) {
        parts.push_back(part);
    }
    if (!text.empty() && text.back() == separator) {
        parts.emplace_back();
    }
    return parts;
}

/// The cells of a row by their columns.
using Cells = std::map<std::string, std::string>;

inline std::vector<Cells> read_vectors(const std::string &directory, const std::string &file)
{
    std::ifstream stream(directory + "/" + file);
    std::string line;
    std::getline(stream, line);
    const std::vector<std::string> columns = split(line, ',');
    std::vector<Cells> rows;
    while (std::getline(stream, line)) {
        const std::vector<std::string> cells = split(line, ',');
        if (columns.size() != cells.size()) {
            throw std::runtime_error(file + ": a row has another number of cells than the header");
        }
        Cells row;
        for (std::size_t i = 0; i < columns.size(); i++) {
            row[columns[i]] = cells[i];
        }
        rows.push_back(row);
    }
    if (rows.empty()) {
        throw std::runtime_error(file + ": no row was read");
    }
    return rows;
}

#endif
