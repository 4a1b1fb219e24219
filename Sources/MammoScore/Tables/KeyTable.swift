import MammoData

/// Something for each image, given as patient and image, or for each breast, given alone: breasts by the numbers of their
/// symbols, without another hash.
struct KeyTable<Value: Sendable>: Sendable {
    private var ofBreast: [Value?] = []
    private var ofImage: [SymbolPair: Value] = [:]

    /// Makes room for a table's rows.
    mutating func reserve(_ rows: Int, ofImages: Bool) {
        if ofImages {
            ofImage.reserveCapacity(ofImage.count + rows)
        } else {
            ofBreast.reserveCapacity(ofBreast.count + rows)
        }
    }

    subscript(key: SymbolPair) -> Value? {
        guard key.second.isAbsent, !key.first.isAbsent else { return ofImage[key] }
        return key.first.index < ofBreast.count ? ofBreast[key.first.index] : nil
    }

    /// Sets what there is for a key; returns what there was.
    mutating func update(_ value: Value, for key: SymbolPair) -> Value? {
        guard key.second.isAbsent, !key.first.isAbsent else { return ofImage.updateValue(value, forKey: key) }
        let place = key.first.index
        while ofBreast.count <= place { ofBreast.append(nil) }
        let earlier = ofBreast[place]
        ofBreast[place] = value
        return earlier
    }
}
