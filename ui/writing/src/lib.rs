//! Writing Chinese on a public screen, and finding words by it.
