//! Names the shared library after its ABI, so that programs load the one they were linked with.

#[path = "src/abi.rs"]
mod abi;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=src/abi.rs");
    if std::env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("linux") {
        println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,libiapt.so.{}", abi::ABI);
    }
}
