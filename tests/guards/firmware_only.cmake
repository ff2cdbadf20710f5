# SPDX-License-Identifier: MIT
# What firmware may include uses no heap, no exceptions, no RTTI, no streams and nothing that allocates by itself.
include(${CMAKE_CURRENT_LIST_DIR}/rule.cmake)

list(FILTER headers EXCLUDE REGEX "^deploy/host/")
list(TRANSFORM headers PREPEND ${include}/)
forbid("[^a-z_.](new|malloc|calloc|realloc|free|delete)[ (][^;]" "allocates" ${headers})
forbid("[^a-z_](throw|try|catch|dynamic_cast|typeid|virtual|abort|exit)[^a-z_]" "uses exceptions, RTTI or aborts" ${headers})
forbid("[^a-z_](thread_local|goto|printf|puts|assert)[^a-z_]" "does not belong into firmware" ${headers})
forbid("# *include *<(iostream|ostream|istream|fstream|sstream|iomanip|string|vector|deque|list|map|set|unordered_map|unordered_set|memory|functional|regex|thread|mutex|future|stdexcept|exception|format|cassert|cstdio|cstdlib)>"
    "is no header for firmware" ${headers})
finish("Headers that firmware may include never allocate, throw or print")
