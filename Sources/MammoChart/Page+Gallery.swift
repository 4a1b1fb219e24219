import FoundationEssentials

extension Page {
    /// Pictures that belong together.
    package struct GalleryEntry {
        /// What they are of.
        package var title: String
        /// A line below the title.
        package var note: String
        /// PNG files, and what each shows.
        package var pictures: [(png: [UInt8], name: String)]

        package init(title: String, note: String, pictures: [(png: [UInt8], name: String)]) {
            (self.title, self.note, self.pictures) = (title, note, pictures)
        }
    }

    /// Entries with their pictures side by side, in as many columns as there is room for; the page contains the files.
    package static func gallery(title: String, _ entries: [GalleryEntry]) -> String {
        let figures = entries.map { entry in
            let pictures = entry.pictures.map { picture in
                let name = Markup.escaped(picture.name)
                return "<img src=\"data:image/png;base64,\(Data(picture.png).base64EncodedString())\" alt=\"\(name)\" "
                    + "title=\"\(name)\">"
            }
            let row = pictures.isEmpty ? "<span class=\"soft\">no image</span>" : pictures.joined()
            return "<figure><div>\(row)</div><figcaption><b>\(Markup.escaped(entry.title))</b><br>"
                + "\(Markup.escaped(entry.note))</figcaption></figure>"
        }
        return "<div class=\"card\"><h2>\(Markup.escaped(title))</h2><div class=\"gallery\">\n"
            + "\(figures.joined(separator: "\n"))\n</div></div>"
    }
}
