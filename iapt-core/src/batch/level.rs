//! Runs a loop with the best vector instructions that the processor has.

/// A loop over columns, inlined whole into its caller.
pub(crate) trait Kernel {
    /// What it gives.
    type Output;
    /// Runs it. Must be `inline(always)`, and so must all that it calls.
    fn run(self) -> Self::Output;
}

/// Runs a kernel at the level chosen at run time, or without `std` at the one the crate was compiled for.
pub(crate) fn run<K: Kernel>(kernel: K) -> K::Output {
    #[cfg(feature = "std")]
    {
        pulp::Arch::new().dispatch(AtLevel(kernel))
    }
    #[cfg(not(feature = "std"))]
    {
        kernel.run()
    }
}

#[cfg(feature = "std")]
struct AtLevel<K>(K);

#[cfg(feature = "std")]
impl<K: Kernel> pulp::WithSimd for AtLevel<K> {
    type Output = K::Output;

    #[inline(always)]
    fn with_simd<S: pulp::Simd>(self, _level: S) -> K::Output {
        self.0.run()
    }
}
