// Opening a file and reading its attributes and pixel items.
#include "shim.h"

#include <dcmtk/config/osconfig.h>

#include <dcmtk/dcmdata/dctk.h>
#include <dcmtk/dcmdata/dcfcache.h>
#include <dcmtk/dcmdata/dcistrmb.h>
#include <dcmtk/dcmdata/dcpixseq.h>
#include <dcmtk/dcmdata/dcpxitem.h>

#include <cstring>
#include <memory>
#include <utility>
#include <vector>

namespace {

/// DCMTK's word for a failure, or ours where its own does not tell a user what to look for.
const char *reason(const OFCondition &status) {
    if (status == EC_StreamNotifyClient || status == EC_InvalidStream || status == EC_EndOfStream)
        return "the file ends in the middle of an element (truncated); fetch it again";
    return status.text();
}

}  // namespace

struct cdcmtk_file {
    DcmFileFormat format;
    std::vector<DcmPixelItem *> found;
    bool gathered = false;
    DcmFileCache cache;

    DcmDataset &dataset() { return *format.getDataset(); }

    DcmPixelData *pixel_data() {
        DcmElement *element = nullptr;
        if (dataset().findAndGetElement(DCM_PixelData, element).bad()) return nullptr;
        return dynamic_cast<DcmPixelData *>(element);
    }

    /// The items of encapsulated pixel data, gathered once: DCMTK keeps them in a list, and finding the nth walks it.
    const std::vector<DcmPixelItem *> &items() {
        if (!gathered) {
            gathered = true;
            if (DcmPixelSequence *all = sequence())
                for (DcmObject *item = nullptr; (item = all->nextInContainer(item));)
                    if (auto *pixels = dynamic_cast<DcmPixelItem *>(item)) found.push_back(pixels);
        }
        return found;
    }

    /// The encapsulated representation, or null where the pixel data are native or absent.
    DcmPixelSequence *sequence() {
        DcmPixelData *pixels = pixel_data();
        if (!pixels) return nullptr;
        E_TransferSyntax syntax;
        const DcmRepresentationParameter *parameter = nullptr;
        pixels->getOriginalRepresentationKey(syntax, parameter);
        DcmPixelSequence *sequence = nullptr;
        if (pixels->getEncapsulatedRepresentation(syntax, parameter, sequence).bad()) return nullptr;
        return sequence;
    }
};

cdcmtk_file *cdcmtk_open(const char *path, cmessage *message) {
    return guarded<cdcmtk_file *>(nullptr, message, [&]() -> cdcmtk_file * {
        cdcmtk::prepare();
        auto file = std::make_unique<cdcmtk_file>();
        OFCondition status = file->format.loadFile(path);
        if (status.bad()) {
            cmessage_say(message, reason(status));
            return nullptr;
        }
        return file.release();
    });
}

cdcmtk_file *cdcmtk_open_data_set(const uint8_t *bytes, size_t length, cmessage *message) {
    return guarded<cdcmtk_file *>(nullptr, message, [&]() -> cdcmtk_file * {
        cdcmtk::prepare();
        auto file = std::make_unique<cdcmtk_file>();
        DcmInputBufferStream stream;
        stream.setBuffer(bytes, static_cast<offile_off_t>(length));
        stream.setEos();
        file->dataset().transferInit();
        OFCondition status = file->dataset().read(stream, EXS_LittleEndianExplicit);
        file->dataset().transferEnd();
        if (status.bad() && status != EC_EndOfStream) {
            cmessage_say(message, reason(status));
            return nullptr;
        }
        return file.release();
    });
}

void cdcmtk_close(cdcmtk_file *file) {
    guarded<int>(1, nullptr, [&] {
        delete file;
        return 0;
    });
}

int cdcmtk_has_dictionary(void) {
    return guarded<int>(0, nullptr, [] { return dcmDataDict.isDictionaryLoaded() ? 1 : 0; });
}

const char *cdcmtk_transfer_syntax(cdcmtk_file *file) {
    return guarded<const char *>("", nullptr, [&] {
        const char *uid = DcmXfer(file->dataset().getOriginalXfer()).getXferID();
        return uid ? uid : "";
    });
}

cdcmtk_functional_group *cdcmtk_find_functional_group(
    cdcmtk_file *file, unsigned long index, uint16_t group, uint16_t element) {
    return guarded<cdcmtk_functional_group *>(nullptr, nullptr, [&]() -> cdcmtk_functional_group * {
        const std::pair<DcmTagKey, unsigned long> places[] = {
            {DCM_PerFrameFunctionalGroupsSequence, index}, {DCM_SharedFunctionalGroupsSequence, 0}};
        for (const auto &[sequence, place] : places) {
            DcmItem *frame = nullptr, *found = nullptr;
            if (file->dataset().findAndGetSequenceItem(sequence, frame, static_cast<long>(place)).good() && frame
                && frame->findAndGetSequenceItem(DcmTagKey(group, element), found, 0).good() && found)
                return reinterpret_cast<cdcmtk_functional_group *>(found);
        }
        return nullptr;
    });
}

cdcmtk_functional_group *cdcmtk_find_item(cdcmtk_file *file, uint16_t group, uint16_t element) {
    return guarded<cdcmtk_functional_group *>(nullptr, nullptr, [&]() -> cdcmtk_functional_group * {
        DcmItem *found = nullptr;
        if (file->dataset().findAndGetSequenceItem(DcmTagKey(group, element), found, 0).bad()) return nullptr;
        return reinterpret_cast<cdcmtk_functional_group *>(found);
    });
}

int cdcmtk_string(
    cdcmtk_file *file, cdcmtk_functional_group *within, uint16_t group, uint16_t element, char *text, size_t capacity) {
    return guarded<int>(0, nullptr, [&] {
        DcmItem &item = within ? *reinterpret_cast<DcmItem *>(within) : file->dataset();
        OFString value;
        if (item.findAndGetOFStringArray(DcmTagKey(group, element), value).bad() || value.empty()) return 0;
        std::snprintf(text, capacity, "%s", value.c_str());
        return 1;
    });
}

int cdcmtk_uint16(cdcmtk_file *file, uint16_t group, uint16_t element, uint16_t *value) {
    return guarded<int>(0, nullptr, [&] {
        Uint16 found = 0;
        if (file->dataset().findAndGetUint16(DcmTagKey(group, element), found).bad()) return 0;
        *value = found;
        return 1;
    });
}

int cdcmtk_exists(cdcmtk_file *file, uint16_t group, uint16_t element) {
    return guarded<int>(
        0, nullptr, [&] { return file->dataset().tagExists(DcmTagKey(group, element)) ? 1 : 0; });
}

int cdcmtk_voi_lut(
    cdcmtk_file *file, unsigned long index, uint16_t descriptor[3], uint16_t *data, size_t capacity, size_t *count) {
    return guarded<int>(0, nullptr, [&] {
        DcmItem *item = nullptr;
        if (file->dataset().findAndGetSequenceItem(DCM_VOILUTSequence, item, static_cast<long>(index)).bad() || !item)
            return 0;
        for (unsigned long i = 0; i < 3; i++) {
            Uint16 word = 0;
            Sint16 signed_word = 0;
            // US or SS: the first mapped value is signed where the pixels are.
            if (item->findAndGetUint16(DCM_LUTDescriptor, word, i).bad()) {
                if (item->findAndGetSint16(DCM_LUTDescriptor, signed_word, i).bad()) return 0;
                word = static_cast<Uint16>(signed_word);
            }
            descriptor[i] = word;
        }
        const Uint16 *words = nullptr;
        unsigned long found = 0;
        if (item->findAndGetUint16Array(DCM_LUTData, words, &found).bad() || !words) return 0;
        *count = found < capacity ? found : capacity;
        std::memcpy(data, words, *count * sizeof *data);
        return 1;
    });
}

cdcmtk_pixel_kind cdcmtk_kind_of_pixels(cdcmtk_file *file) {
    return guarded<cdcmtk_pixel_kind>(cdcmtk_pixels_absent, nullptr, [&] {
        if (!file->pixel_data()) return cdcmtk_pixels_absent;
        return file->sequence() ? cdcmtk_pixels_encapsulated : cdcmtk_pixels_native;
    });
}

uint64_t cdcmtk_native_length(cdcmtk_file *file) {
    return guarded<uint64_t>(0, nullptr, [&]() -> uint64_t {
        DcmPixelData *pixels = file->pixel_data();
        return pixels ? pixels->getLength() : 0;
    });
}

int cdcmtk_native_read(cdcmtk_file *file, size_t offset, size_t length, void *bytes, cmessage *message) {
    return guarded<int>(1, message, [&] {
        DcmPixelData *pixels = file->pixel_data();
        if (!pixels || offset > 0xFFFFFFFFu || length > 0xFFFFFFFFu) {
            cmessage_say(message, "no native pixel data there");
            return 1;
        }
        // Little-endian is the host's order on every machine Swift runs on.
        OFCondition status = pixels->getPartialValue(
            bytes, static_cast<Uint32>(offset), static_cast<Uint32>(length), &file->cache, EBO_LittleEndian);
        if (status.bad()) cmessage_say(message, reason(status));
        return status.bad() ? 1 : 0;
    });
}

unsigned long cdcmtk_item_count(cdcmtk_file *file) {
    return guarded<unsigned long>(0, nullptr, [&]() -> unsigned long {
        return file->items().size();
    });
}

int cdcmtk_item(
    cdcmtk_file *file, unsigned long index, const uint8_t **bytes, size_t *length, cmessage *message) {
    return guarded<int>(1, message, [&] {
        if (index >= file->items().size()) {
            cmessage_say(message, "no such fragment");
            return 1;
        }
        DcmPixelItem *item = file->items()[index];
        *length = item->getLength();
        *bytes = nullptr;
        if (*length == 0) return 0;
        Uint8 *values = nullptr;
        OFCondition status = item->getUint8Array(values);
        if (status.bad() || !values) {
            cmessage_say(message, status.bad() ? reason(status) : "the fragment is empty");
            return 1;
        }
        *bytes = values;
        return 0;
    });
}
