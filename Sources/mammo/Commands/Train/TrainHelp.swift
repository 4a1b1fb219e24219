/// The help of `train`.
package enum TrainHelp {
    package static let abstract = "Train a network on preprocessed images; a killed run resumes."

    package static let discussion = """
        EXAMPLES
          mammo train --images png --csv train.csv --folds-file folds.csv --fold 0 \\
              --weights convnext_tiny-983f1562.pth --out run0
          mammo train --resume run0
          mammo train --resume run0 --epochs 24
          mammo train --config run0/config.yaml --seed 2 --out run3
          mammo train --images png --csv train.csv --weights none --dry-run
          mammo train --images png --csv train.csv --weights imagenet.safetensors \\
              --freeze 60 --augment hflip --soft-positive 0.9 --out run1
          mammo train --images png --csv train.csv --weights imagenet.safetensors \\
              --freeze 178 --lr 0.01 --unfreeze 3:120@1e-4,6:0@1e-5 --out run2
          mammo train --images png --csv train.csv --weights imagenet.safetensors \\
              --device cuda --amp fp16 --out run5
          mammo train --images png --csv train.csv --weights imagenet.safetensors \\
              --mlflow http://127.0.0.1:5000 --experiment rsna --out run7
          Scripts/train-gpus 4 --images png --csv train.csv \\
              --weights imagenet.safetensors --batch-size 8 --amp fp16 --out run6
          mpirun -n 4 --bind-to none mammo train --images png --csv train.csv \\
              --weights imagenet.safetensors --batch-size 8 --out run4

        --out gets config.yaml (every option; --config reads it, or a file with some of them), steps.csv and epochs.csv \
        (losses and metrics), best.safetensors with threshold and preprocessing, validation.csv of the best epoch, \
        last.checkpoint, report.html, system.csv (what machine and cards did), and events for tensorboard --logdir. Steps and epochs are counted from 1, folds \
        from 0.

        The learning rate changes after every step, not every epoch: --schedule cosine falls over all steps of the run \
        (T_max), restarts starts again after --t0 steps, then after --t-mult times as many. --unfreeze 3:120 freezes the \
        first 120 parameters from epoch 3 on; its @RATE replaces --lr, and the schedule continues in proportion.

        Best F1 is that at the best of all thresholds, pF1 that of probabilities. --select best-f1-breast keeps the epoch \
        with the best F1 of breasts; of equals the earlier. A run that was killed, or ended by Ctrl-C, resumes with --resume \
        to the same bits; --threads, --workers, --cache, --recompute, --keep, --checkpoint-minutes, --mlflow, --experiment \
        and --price may be changed, and --kernels, which changes how numbers are rounded. A larger --epochs extends a run, \
        even a finished one: the learning rate continues as in a run of that length.

        mpirun -n 4 mammo train … (or srun --mpi=pmix -n 4) trains in four processes, each with --batch-size images of \
        every batch: as one process with four times as many, except for rounding. Only the first writes. It needs the \
        plugin that Scripts/build-mpi makes, beside mammo or named in MAMMO_MPI_PLUGIN. With --resume there may be more \
        processes or fewer; each then takes its part of the same batches.

        --device cuda computes on an NVIDIA card by the plugin that Scripts/build-cuda makes; auto takes the first card if \
        plugin, driver and card are there, else the CPU, and reports which. --amp fp16 and bf16 store values within layers \
        in 16 bits, parameters and the values between layers in 32; fp16 scales the loss as torch.amp.GradScaler does, and \
        skips a step whose gradients overflow. --tf32 rounds the operands of fp32 products to 10 bits of mantissa, for \
        tensor cores; by default they keep fp32's 23. --tune-products computes each product by the algorithm that is the \
        fastest on this card, and the checkpoint records which. Scripts/train-gpus 4 trains on four cards with one process \
        each. A run resumes with the --device, --amp, --tf32 and --tune-products that it was started with.

        Exit status 69: a device that was asked for is not available.
        """
}
