import MammoData
import TestSupport
import Testing

@Suite("Which files a batch reads")
struct WorkListTests {
    @Test(
        "A list: blank lines, CRLF, CR and a byte-order mark pass, names are the reference pipeline's",
        arguments: [
            "10/1.dcm\r\n\n  10/2.dcm\n11/3.dcm", "\u{FEFF}10/1.dcm\r\n10/2.dcm\r\n11/3.dcm\r\n",
            "10/1.dcm\r10/2.dcm\r11/3.dcm\r",
        ])
    func list(_ text: String) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(text, to: "l.txt")
        let work = try WorkList(list: path, folder: "in")
        #expect(work.items.map(\.input) == ["in/10/1.dcm", "in/10/2.dcm", "in/11/3.dcm"])
        #expect(work.items.map(\.outputName) == ["10_1.png", "10_2.png", "11_3.png"])
    }

    @Test(
        "A list that leads out of the folder, or nowhere, is refused",
        arguments: [
            ("1/1.dcm\n../x.dcm\n", ":2: '../x.dcm' leads out"), ("/etc/passwd\n", ":1: '/etc/passwd' leads out"),
            ("\n \n", "names no file"),
        ])
    func refused(_ text: String, _ says: String) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(text, to: "l.txt")
        let error = #expect(throws: DataError.self) { try WorkList(list: path, folder: "in") }
        #expect(try #require(error).description.contains(says))
    }

    @Test("A path and behind a tab the PNG's name; patient/image.dcm is found with another ending")
    func paths() throws {
        let folder = try TemporaryFolder()
        try Files.makeFolder("\(folder.path)/10")
        try folder.write("", to: "10/2.dicom")
        let path = try folder.write("a b/1-1.dcm\tv_1_2.png\r\n/abs/1-1\tx.png\n10/2.dcm\n", to: "l.txt")
        let work = try WorkList(list: path, folder: folder.path)
        #expect(work.items.map(\.input) == ["\(folder.path)/a b/1-1.dcm", "/abs/1-1", "\(folder.path)/10/2.dicom"])
        #expect(work.items.map(\.outputName) == ["v_1_2.png", "x.png", "10_2.png"])
        for line in ["a\tb/c.png", "a\tc.jpg", "a\tb.png\tc", "../a\tb.png"] {
            let bad = try folder.write(line + "\n", to: "bad.txt")
            #expect(throws: DataError.self) { try WorkList(list: bad, folder: "in") }
        }
    }

    @Test("Files: the folder is the patient; what would be made twice is made once")
    func files() {
        let work = WorkList(
            files: ["/a/10/1.dcm", "/b/10/1.dcm", "/a/10/1.dcm", "/a/11/x.DCM", "/a/11/noext", "/a/11/y.dicom"])
        #expect(work.items.map(\.outputName) == ["10_1.png", "11_x.png", "11_noext.png", "11_y.png"])
        #expect(work.refused.map(\.reason) == ["10_1.png is already made from /a/10/1.dcm", "named twice"])
    }
}
