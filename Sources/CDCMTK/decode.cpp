// DCMTK's JPEG and JPEG-LS decoders over a single codestream.
//
// The codecs read the image's size from a dataset. They are given one that repeats what the codestream says of
// itself, never the file's own header: in compressed data the codestream decides (PS3.5 8.2.1).
#include "cdcmtk.h"

#include "guarded.hpp"

#include <dcmtk/config/osconfig.h>

#include <dcmtk/dcmdata/dccodec.h>
#include <dcmtk/dcmdata/dctk.h>
#include <dcmtk/dcmdata/dcpixseq.h>
#include <dcmtk/dcmdata/dcpxitem.h>
#include <dcmtk/dcmjpeg/djdecode.h>
#include <dcmtk/dcmjpls/djdecode.h>
#include <dcmtk/oflog/oflog.h>

#include <cstring>
#include <mutex>

namespace {

/// Silences DCMTK's logger (errors come back as values) and registers its decoders; once for the process.
void prepare() {
    static std::once_flag once;
    std::call_once(once, [] {
        OFLog::configure(OFLogger::OFF_LOG_LEVEL);
        DJDecoderRegistration::registerCodecs();
        DJLSDecoderRegistration::registerCodecs();
    });
}

E_TransferSyntax syntax_of(cdcmtk_codec codec) {
    switch (codec) {
    case cdcmtk_codec_jpeg_baseline: return EXS_JPEGProcess1;
    case cdcmtk_codec_jpeg_extended: return EXS_JPEGProcess2_4;
    case cdcmtk_codec_jpeg_lossless: return EXS_JPEGProcess14;
    case cdcmtk_codec_jpeg_ls: return EXS_JPEGLSLossless;
    }
    return EXS_Unknown;
}

/// One fragment holding the codestream, behind an empty offset table.
void fill(DcmPixelSequence &sequence, const uint8_t *stream, size_t length) {
    sequence.insert(new DcmPixelItem(DcmTag(DCM_Item, EVR_OB)));
    auto *fragment = new DcmPixelItem(DcmTag(DCM_Item, EVR_OB));
    sequence.insert(fragment);
    Uint8 *bytes = nullptr;
    const auto padded = static_cast<Uint32>(length + (length & 1));
    if (fragment->createUint8Array(padded, bytes).bad()) throw std::bad_alloc();
    std::memcpy(bytes, stream, length);
    if (padded > length) bytes[length] = 0;
}

void describe(DcmDataset &dataset, uint16_t rows, uint16_t columns, uint8_t precision) {
    const Uint16 allocated = precision <= 8 ? 8 : 16;
    dataset.putAndInsertUint16(DCM_SamplesPerPixel, 1);
    dataset.putAndInsertString(DCM_PhotometricInterpretation, "MONOCHROME2");
    dataset.putAndInsertString(DCM_NumberOfFrames, "1");
    dataset.putAndInsertUint16(DCM_Rows, rows);
    dataset.putAndInsertUint16(DCM_Columns, columns);
    dataset.putAndInsertUint16(DCM_BitsAllocated, allocated);
    dataset.putAndInsertUint16(DCM_BitsStored, precision);
    dataset.putAndInsertUint16(DCM_HighBit, static_cast<Uint16>(precision - 1));
    dataset.putAndInsertUint16(DCM_PixelRepresentation, 0);
}

}  // namespace

int cdcmtk_has_dictionary(void) {
    return guarded<int>(0, nullptr, [] { return dcmDataDict.isDictionaryLoaded() ? 1 : 0; });
}

int cdcmtk_decode(
    cdcmtk_codec codec, const uint8_t *stream, size_t length, uint16_t rows, uint16_t columns, uint8_t precision,
    void *samples, size_t capacity, cmessage *message) {
    return guarded<int>(1, message, [&] {
        prepare();
        if (!dcmDataDict.isDictionaryLoaded()) {
            cmessage_say(message, "DCMTK's data dictionary was not found; set DCMDICTPATH to dicom.dic");
            return 1;
        }
        if (length > 0xFFFFFFF0u || capacity > 0xFFFFFFFFu) {
            cmessage_say(message, "longer than 4 GB");
            return 1;
        }
        DcmPixelSequence sequence(DcmTag(DCM_PixelData, EVR_OB));
        fill(sequence, stream, length);
        DcmDataset dataset;
        describe(dataset, rows, columns, precision);
        Uint32 fragment = 1;
        OFString colour;
        OFCondition status = DcmCodecList::decodeFrame(
            DcmXfer(syntax_of(codec)), nullptr, &sequence, &dataset, 0, fragment, samples,
            static_cast<Uint32>(capacity), colour);
        if (status.bad()) {
            cmessage_say(
                message, status == EC_IllegalCall ? "it is damaged or ends early; fetch the file again" : status.text());
            return 1;
        }
        return 0;
    });
}
