import MammoDICOM

/// Puts rows and files together.
struct Assembly {
    private(set) var images: [ConvertedImage] = []
    private(set) var passedOver: [PassedOver] = []
    private let map: ColumnMap
    private let folder: ImageFolder?
    private let workers: Int
    private var placeOfImage: [[String]: Int] = [:]

    init(_ map: ColumnMap, _ folder: ImageFolder?, workers: Int) {
        (self.map, self.folder, self.workers) = (map, folder, workers)
    }

    /// Adds the images of all rows.
    mutating func add(_ entries: [SourceEntry]) {
        switch map.file {
        case .path:
            for entry in entries { add(entry, path: entry.place) }
        case .onlyFile:
            addOnlyFiles(entries)
        case .headers:
            addHeaders(entries)
        }
        guard map.unit == .film else { return }
        let positive = Set(entries.filter(\.isPositive).map { [$0.patient, $0.laterality, $0.view] })
        for place in images.indices {
            let image = images[place]
            images[place].cancer = positive.contains([image.patient, image.laterality, image.view])
        }
    }

    /// Adds an image whose file the row says.
    private mutating func add(_ entry: SourceEntry, path: String) {
        if let problem = ImageLocation.problem(path) {
            return passedOver.append(PassedOver(.path, "\(entry.source): path '\(path)' \(problem)"))
        }
        if let folder, !folder.has(path) {
            return passedOver.append(PassedOver(.fileMissing, "\(entry.source): \(path) is not in \(folder.path)"))
        }
        add(entry, image: entry.image ?? ImageFolder.names(of: [path])[0], path: path)
    }

    /// Adds an image, or what another row says of it.
    private mutating func add(_ entry: SourceEntry, image: String, path: String) {
        let new = ConvertedImage(
            source: entry.source, patient: entry.patient, image: image, laterality: entry.laterality, view: entry.view,
            predictionID: entry.predictionID, cancer: entry.isPositive, path: path)
        let key = [new.patient, new.image]
        guard let place = placeOfImage[key] else {
            placeOfImage[key] = images.count
            return images.append(new)
        }
        var same = new
        (same.source, same.cancer) = (images[place].source, images[place].cancer)
        guard same == images[place] else {
            let reason = "image \(image) of patient \(new.patient) has another side, view, breast or file"
            return passedOver.append(
                PassedOver(.contradiction, "\(entry.source): \(reason) than in \(images[place].source)"))
        }
        // A row for each abnormality.
        if new.cancer { images[place].cancer = true }
    }

    private mutating func addOnlyFiles(_ entries: [SourceEntry]) {
        func parts(_ entry: SourceEntry) -> [Substring] {
            entry.place.split { $0 == "/" || $0 == "\\" }
        }
        guard let folder else { return }
        let places = folder.folders(named: Set(entries.compactMap { parts($0).first.map(String.init) }))
        for entry in entries {
            let parts = parts(entry)
            guard let name = parts.first.map(String.init), name.isFileNamePart else {
                passedOver.append(PassedOver(.path, "\(entry.source): the path '\(entry.place)' names no folder"))
                continue
            }
            var files = places[name].map(folder.images) ?? []
            if files.count > 1 {
                // Where the folders below have the names that the table says, they tell.
                let named = files.filter { file in
                    file.split(separator: "/").dropLast().contains { $0 != name && parts.contains($0) }
                }
                if named.count == 1 { files = named }
            }
            guard let file = files.first else {
                let place = places[name] == nil ? "no folder \(name)" : "no DICOM file in \(name)"
                passedOver.append(PassedOver(.fileMissing, "\(entry.source): \(place) in \(folder.path)"))
                continue
            }
            guard files.count == 1 else {
                passedOver.append(
                    PassedOver(
                        .severalFiles,
                        "\(entry.source): \(name) has \(files.count) DICOM files (\(Listing.few(files))), expected one")
                )
                continue
            }
            add(entry, image: entry.image ?? name, path: file)
        }
    }

    private mutating func addHeaders(_ entries: [SourceEntry]) {
        guard let folder else { return }
        let places = folder.folders(named: Set(entries.map(\.place)))
        // Patients in the order of their first rows.
        var order: [String] = []
        var rowsOfPatient: [String: [SourceEntry]] = [:]
        for entry in entries {
            if rowsOfPatient[entry.patient] == nil { order.append(entry.patient) }
            rowsOfPatient[entry.patient, default: []].append(entry)
        }
        let filesOfPatient = order.map { patient in
            let folders = Set(rowsOfPatient[patient, default: []].map(\.place)).sorted()
            return folders.flatMap { name in places[name].map(folder.images) ?? [] }
        }
        var headers = folder.headers(of: filesOfPatient.flatMap(\.self), workers: workers)[...]
        for (patient, files) in zip(order, filesOfPatient) {
            add(rowsOfPatient[patient, default: []], files, Array(headers.prefix(files.count)), of: folder)
            headers = headers.dropFirst(files.count)
        }
    }

    /// Adds the images of one patient.
    private mutating func add(
        _ rows: [SourceEntry], _ files: [String], _ headers: [Result<ImageFolder.Header, DICOMError>],
        of folder: ImageFolder
    ) {
        var withImages: Set<String> = []
        for ((file, name), header) in zip(zip(files, ImageFolder.names(of: files)), headers) {
            let path = ImageLocation.path(file, below: folder.path)
            do {
                let header = try header.get()
                let side = try SourceEntry.Reader.side(header.laterality, path)
                let sameSide = rows.filter { $0.laterality.isEmpty || $0.laterality == side }
                guard !sameSide.isEmpty else {
                    let patient = rows.first?.patient ?? ""
                    throw PassedOver(.notInTable, "\(path): the tables have no row of patient \(patient), side \(side)")
                }
                withImages.insert(side)
                for var row in sameSide {
                    (row.laterality, row.view) = (side, header.view.uppercased())
                    add(row, image: name, path: file)
                }
            } catch let error as PassedOver {
                passedOver.append(error)
            } catch {
                passedOver.append(PassedOver(.header, "\(path): \(error)"))
            }
        }
        for row in rows where row.laterality.isEmpty ? withImages.isEmpty : !withImages.contains(row.laterality) {
            let side = row.laterality.isEmpty ? "" : ", side \(row.laterality)"
            passedOver.append(
                PassedOver(.fileMissing, "\(row.source): \(folder.path) has no image of patient \(row.patient)\(side)"))
        }
    }
}
