namespace TrainingDoctor.Differences;

/// <summary>Tells by the name of a setting where in a training it acts, in the words that configurations of all frameworks share.</summary>
internal static class SettingNames
{
    /// <summary>Where a run is written to, what it is called and what watches it: nothing of it acts on the training.</summary>
    private static readonly HashSet<string> Places =
    [
        "output", "out", "logging", "log", "logger", "logs", "hub", "wandb", "tensorboard", "mlflow", "comet", "report", "run", "project", "entity", "tags", "notes", "time", "timestamp", "date", "host", "hostname", "user", "pid",
        "uuid", "version", "port", "save", "cache", "dir", "folder", "tqdm", "progress", "verbose", "disp", "started", "startedat", "command", "argv", "cwd", "executable", "upload", "username", "workers", "transformers",
    ];

    /// <summary>Words by stage. The first stage that has one of a name's words is it: <c>eval_batch_size</c> is of the validation, <c>max_grad_norm</c> of gradients, <c>warmup_steps</c> of updates.</summary>
    private static readonly (Stage Stage, HashSet<string> Words)[] Stages =
    [
        (Stage.Other, ["seed", "seeds", "randomstate", "deterministic"]),
        (Stage.Validation, ["val", "valid", "validation", "eval", "evaluation", "test", "dev"]),
        (Stage.Gradients, ["grad", "gradient", "gradients", "clip", "clipping", "accumulation", "accumulate", "accum", "lossscale"]),
        (Stage.Updates, ["lr", "lr0", "lrf", "rate", "learning", "optim", "optimizer", "optimiser", "momentum", "decay", "wd", "scheduler", "schedule", "warmup", "beta1", "beta2", "betas", "adam", "nesterov", "cosine", "ema", "anneal", "muon"]),
        (Stage.Loss, ["loss", "criterion", "smoothing", "focal", "beta", "kl", "temperature", "margin", "penalty", "coef", "alpha", "entropy", "reward"]),
        (Stage.Initialization, ["init", "initializer", "initialization", "pretrained", "checkpoint", "ckpt", "resume", "scratch", "weights"]),
        (Stage.Activations, ["fp16", "bf16", "fp32", "precision", "amp", "dtype", "tf32", "half", "mixed", "accelerator"]),
        (Stage.Structure,
        [
            "model", "arch", "architecture", "hidden", "layer", "layers", "depth", "width", "heads", "head", "embd", "embed", "embedding", "dim", "dims", "channels", "dropout", "activation", "act", "vocab", "lora", "rank", "kernel",
            "backbone", "norm", "eps", "bias", "units", "encoder", "decoder", "attention", "block", "blocks", "quantization", "adapter", "peft",
        ]),
        (Stage.Data,
        [
            "data", "dataset", "datasets", "batch", "batchsize", "bs", "augment", "augmentation", "aug", "crop", "flip", "shuffle", "tokenizer", "sequence", "seq", "length", "imgsz", "image", "size", "normalize", "mean", "std", "mixup",
            "cutmix", "mosaic", "train", "classes", "split", "fold", "packing", "prompt", "samples", "window",
        ]),
        (Stage.Length, ["epochs", "epoch", "steps", "iterations", "iters", "patience", "early", "stopping", "budget"]),
    ];

    /// <summary>Tells whether a setting says where a run lies and what it is called.</summary>
    public static bool IsOfPlace(string name)
    {
        var words = Words(name).ToList();
        return words.Exists(Places.Contains) || words is [.., "name" or "id" or "path"] and not [.., "model", "name" or "path"] && StageOf(name) is not (Stage.Data or Stage.Structure or Stage.Initialization);
    }

    /// <summary>Returns where a setting acts; <see cref="Stage.Other"/> where its name does not tell.</summary>
    public static Stage StageOf(string name)
    {
        var words = Words(name).ToList();
        foreach (var (stage, known) in Stages)
        {
            if (words.Exists(known.Contains))
            {
                return stage;
            }
        }

        return Stage.Other;
    }

    /// <summary>The words of a name, in small letters: parted by anything that is no letter or digit, and where a small letter meets a capital.</summary>
    private static IEnumerable<string> Words(string name)
    {
        int start = 0;
        for (int i = 0; i <= name.Length; i++)
        {
            bool isOver = i == name.Length || !char.IsLetterOrDigit(name[i]);
            if (isOver || (i > start && char.IsUpper(name[i]) && char.IsLower(name[i - 1])))
            {
                if (i > start)
                {
                    yield return name[start..i].ToLowerInvariant();
                }

                start = isOver ? i + 1 : i;
            }
        }
    }
}
