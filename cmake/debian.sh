# Sourced by quickstart and tests/run: the Debian packages they need, and how to build with a preset.
build_packages=(cmake ninja-build g++ libfmt-dev libyaml-cpp-dev libcli11-dev nlohmann-json3-dev)
test_packages=(catch2)

# need PACKAGE…: installs those that are missing, or says what to do.
need() {
  local package missing=() as_root=()
  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    for package in cmake ninja c++; do
      command -v "$package" >/dev/null && continue
      echo "This is not a Debian system: please install cmake (3.25 or newer), ninja and a C++20 compiler, then run this again." >&2
      exit 1
    done
    return 0  # CMake finds the libraries, or downloads them
  fi
  for package in "$@"; do
    [[ $(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || missing+=("$package")
  done
  ((${#missing[@]})) || return 0
  if ((EUID != 0)); then
    if ! command -v sudo >/dev/null; then
      echo "Packages are missing and only root can install them. Please run as root: apt-get install ${missing[*]}" >&2
      exit 1
    fi
    as_root=(sudo)
  fi
  echo "Installing ${missing[*]}"
  {
    "${as_root[@]}" apt-get update -qq &&
      "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${missing[@]}"
  } >/dev/null || {
    echo "apt-get could not install them; its message is above." >&2
    exit 1
  }
}

# configure PRESET, build PRESET [TARGET…]: quiet when all goes well.
configure() {
  if [[ -z ${CMAKE_CXX_COMPILER_LAUNCHER:-} ]] && command -v ccache >/dev/null; then
    # Paths are made relative, so that another clone finds the same objects.
    export CMAKE_CXX_COMPILER_LAUNCHER=ccache CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1
  fi
  local log
  if ! log=$(cmake --preset "$1" 2>&1); then
    printf '%s\n' "$log" >&2
    exit 1
  fi
}
build() {
  local preset=$1
  shift
  echo "Building build/$preset"
  # A terminal gets ninja's one moving line; a log gets only what went wrong.
  if [[ -t 1 ]]; then
    cmake --build --preset "$preset" --parallel "$(nproc)" "$@"
  else
    local log
    if ! log=$(cmake --build --preset "$preset" --parallel "$(nproc)" "$@" 2>&1); then
      printf '%s\n' "$log" | grep -v '^\[[0-9]*/[0-9]*\] Building' >&2
      exit 1
    fi
  fi
}
