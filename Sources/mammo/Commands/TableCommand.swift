import ArgumentParser
import CProcess
import MammoData
import MammoPipeline

struct TableCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "table",
        abstract: "Convert another data set's table to the columns used here.",
        discussion: """
            EXAMPLES
              mammo table vindr --images vindr-mammo --out train.csv
              mammo table cbis --images CBIS-DDSM --out train.csv
              mammo table cmmd --images CMMD --csv CMMD_clinicaldata_revision.xlsx \\
                  --out train.csv
              mammo table --columns map.yaml --csv their.csv --images their_images \\
                  --out train.csv

            --out has the columns patient_id, image_id, laterality, view, cancer, path and dataset; path is relative to \
            --images, which the other commands are given too. The data sets known by name are VinDr-Mammo (vindr), \
            CBIS-DDSM (cbis) and CMMD (cmmd); any other is described by --columns.

            Several rows of one image make one, with cancer where any of them says so. Rows that cannot be used, and rows \
            whose file is missing, are named, counted and left out, with exit status 3.

            map.yaml names the columns of patient_id, image_id, laterality, view and label, the labels that mean cancer, and \
            where the files lie. Documentation/table.md has all keys.
            """)

    @Argument(help: ArgumentHelp("The data set: vindr, cbis or cmmd.", valueName: "preset"))
    var preset: TablePreset?

    @Option(
        help: ArgumentHelp(
            "A file that says which column is which.", discussion: "In place of a preset.", valueName: "file"),
        completion: .configuration)
    var columns: String?

    @Option(
        help: ArgumentHelp(
            "A table, CSV or .xlsx; repeat for several.",
            discussion: "By default the preset's own tables, in the folder of images or the one above.",
            valueName: "file"),
        completion: .file(extensions: ["csv", "xlsx", "tsv"]))
    var csv: [String] = []

    @Option(
        help: ArgumentHelp(
            "The folder of images that paths are relative to.",
            discussion: "Without it files are not looked for, which vindr and --columns with path allow.",
            valueName: "folder"),
        completion: .directory)
    var images: String?

    @Option(
        help: ArgumentHelp(
            "A label that means cancer; repeat for several.",
            discussion: "In place of the preset's: BI-RADS 5 of vindr, MALIGNANT of cbis, Malignant of cmmd.",
            valueName: "name"))
    var positive: [String] = []

    @Option(
        help: ArgumentHelp(
            "What column dataset says. (default: the preset's name)",
            discussion: "none leaves the column out: patients then have the ids of their tables alone.",
            valueName: "name"))
    var dataset: String?

    @Option(help: ArgumentHelp("The table to write.", valueName: "file"), completion: .table)
    var out: String

    @Flag(help: "Print the summary as JSON.")
    var json = false

    func validate() throws {
        guard (preset == nil) != (columns == nil) else {
            let problem = preset == nil ? "no data set is named" : "a preset contradicts --columns"
            let names = TablePreset.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("\(problem); give one of \(names), or --columns MAP.yaml")
        }
        if let preset, preset.columns.needsFiles, images == nil {
            throw ValidationError("--images is not given; the rows of \(preset.rawValue) are made of files in it")
        }
        guard !csv.isEmpty || (preset != nil && images != nil) else {
            throw ValidationError("--csv is not given; give --csv FILE for each table")
        }
        if let dataset, !dataset.isFileNamePart {
            throw ValidationError("--dataset is '\(dataset)', expected a name that can be part of a file's")
        }
    }

    func run() throws {
        try Console.run("table") {
            try Files.checkWritable(out)
            var map = try columns.map { (path) throws(DataError) in try ColumnMapFile.read(path) } ?? preset?.columns
            if !positive.isEmpty { map?.positive = positive }
            if let dataset { map?.dataset = dataset == "none" ? nil : dataset }
            guard let map else { return }
            if let columns, map.needsFiles, images == nil {
                throw DataError.table(path: columns, reason: "has the key folder; give --images, which it lies in")
            }
            let conversion = try TableConversion(
                tables(), map, images: images, workers: Int(cprocess_available_cores()))
            Messages.print(conversion.passedOver.map(\.reason), "table")
            guard !conversion.images.isEmpty else {
                Console.error("mammo table: no image is left; \(out) was not written")
                throw ExitStatus.nothingDone
            }
            try conversion.write(to: out)
            TableReport(conversion, out: out).print(json: json)
            throw ExitStatus.ofBatch(done: conversion.images.count, failed: conversion.passedOver.count)
        }
    }

    private func tables() throws -> [String] {
        guard csv.isEmpty, let preset, let images else { return csv }
        let found = preset.tables(near: images)
        guard !found.isEmpty else {
            let names = preset.tables.joined(separator: ", ")
            throw DataError.unreadable(
                path: images, reason: "neither it nor the folder above holds \(names); give --csv FILE")
        }
        return found
    }
}

extension TablePreset: ExpressibleByArgument {}
