import Glibc

/// How wide text may be.
enum Terminal {
    /// The width that help is wrapped at: COLUMNS, else the terminal's, else 80.
    static var columns: Int {
        if let text = getenv("COLUMNS"), let columns = Int(String(cString: text)), columns > 0 { return columns }
        return columns(of: STDOUT_FILENO)
    }

    /// A terminal's width now; 80 where it does not say, or is none.
    static func columns(of descriptor: Int32) -> Int {
        var size = winsize()
        let isKnown = ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
        return isKnown ? Int(size.ws_col) : 80
    }
}
