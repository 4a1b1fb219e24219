/// A settings file to begin from.
package enum RunExample {
    /// What `mammo run --example` prints.
    package static let text = """
        # Settings of mammo run, one `key: value` a line. Paths are relative to the
        # folder in which mammo run is started. The recipe is that of the blog post
        # "Classification of RSNA Radiology Images", with everything written out.

        images: train_images    # patient/image.dcm
        csv: train.csv
        out: results            # everything that is made goes here
        size: 2048x1024         # rows x columns
        # decode: reduced       # this and frame, intensity, window_index, roi, fit,
        #                         flip_to, resize, png_level are options of preprocess
        # presentation_only: true    # leaves out images that are FOR PROCESSING
        folds: 4
        fold: 0                 # is left out of training, predicted and scored
        # jobs: 8               # images preprocessed at a time; by default all cores
        tta: hflip              # none, hflip, hflip+vflip

        # Also a submission for images without labels. Its threshold is the best one of
        # the fold that was left out.
        # test_images: test_images
        # test_csv: test.csv

        # All other keys are options of mammo train, with _ for - (batch_size).
        # device, amp and tf32 are used for predictions as well.
        weights: convnext_tiny-983f1562.pth
        arch: tiny
        epochs: 17
        batch_size: 26
        lr: 5e-5
        augment: hflip
        device: cpu             # cpu, cuda, cuda:N or auto
        amp: none               # on a card: fp16, or bf16 from sm_80 on

        """
}
