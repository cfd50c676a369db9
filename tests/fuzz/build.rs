//! The calls are written in C, so that they go by the header as those of a user do.

fn main() {
    for file in ["calls.c", "calls.h", "../../iapt-c/include/iapt.h"] {
        println!("cargo::rerun-if-changed={file}");
    }
    cc::Build::new().file("calls.c").include("../../iapt-c/include").std("c99").compile("calls");
}
