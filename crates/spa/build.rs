//! Leaves the names of functions out of the app as it is shipped: a third of its weight, and of no use to a browser.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let set =
        |variable: &str, value: &str| std::env::var(variable).is_ok_and(|found| found == value);
    // "release" is what Cargo calls every profile that inherits from it.
    if set("PROFILE", "release") && set("CARGO_CFG_TARGET_ARCH", "wasm32") {
        println!("cargo::rustc-link-arg-bins=--strip-all");
        // wasm-bindgen reads there what it may use.
        println!("cargo::rustc-link-arg-bins=--keep-section=target_features");
    }
}
