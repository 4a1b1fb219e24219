import ArgumentParser
import MammoImage

extension PixelSize: ExpressibleByArgument {
    /// Sizes that shells offer.
    public static var defaultCompletionKind: CompletionKind { .list(["2048x1024", "1536x768", "1024x512", "512x256"]) }
}
