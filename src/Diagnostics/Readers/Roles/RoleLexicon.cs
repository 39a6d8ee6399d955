using System.Collections.Frozen;

namespace TrainingDoctor.Readers;

/// <summary>The words that frameworks and people name their columns with.</summary>
internal static class RoleLexicon
{
    /// <summary>Scores where higher is better, with how much they say of a run as a whole; those above 1,000 are usually of an evaluation.</summary>
    private static readonly FrozenDictionary<string, int> HigherIsBetter = new Dictionary<string, int>
    {
        ["accuracy"] = 100,
        ["acc"] = 98,
        ["top1"] = 96,
        ["acc1"] = 96,
        ["accuracy01"] = 96,
        ["precision1"] = 90,
        ["accuracies"] = 80,
        ["accs"] = 80,
        ["map"] = 1094,
        ["map50"] = 1093,
        ["map5095"] = 1094,
        ["ap"] = 1094,
        ["ap50"] = 1088,
        ["map75"] = 1080,
        ["ap75"] = 1080,
        ["miou"] = 1092,
        ["iou"] = 85,
        ["mdice"] = 1090,
        ["dice"] = 86,
        ["nds"] = 1090,
        ["uas"] = 1069,
        ["las"] = 1070,
        ["pck"] = 1088,
        ["ar"] = 1070,
        ["f1"] = 84,
        ["fscore"] = 84,
        ["fbeta"] = 82,
        ["macrof1"] = 84,
        ["microf1"] = 84,
        ["auc"] = 83,
        ["auroc"] = 83,
        ["auprc"] = 82,
        ["roc"] = 80,
        ["aacc"] = 88,
        ["macc"] = 78,
        ["balanced"] = 77,
        ["jaccard"] = 76,
        ["matthews"] = 75,
        ["mcc"] = 75,
        ["kappa"] = 74,
        ["r2"] = 73,
        ["bleu"] = 1073,
        ["sacrebleu"] = 1073,
        ["rouge"] = 1072,
        ["rouge1"] = 1072,
        ["rougel"] = 1073,
        ["rougelsum"] = 1071,
        ["rouge2"] = 1071,
        ["meteor"] = 1070,
        ["cider"] = 1070,
        ["psnr"] = 72,
        ["ssim"] = 71,
        ["spearman"] = 70,
        ["spearmanr"] = 70,
        ["pearson"] = 70,
        ["pearsonr"] = 70,
        ["em"] = 1068,
        ["exact"] = 1068,
        ["ndcg"] = 1067,
        ["mrr"] = 1066,
        ["hit"] = 1065,
        ["hits"] = 1065,
        ["hella"] = 1064,
        ["hellaswag"] = 1064,
        ["mmlu"] = 1064,
        ["top5"] = 60,
        ["acc5"] = 60,
        ["top3"] = 60,
        ["precision"] = 58,
        ["prec"] = 58,
        ["recall"] = 57,
        ["sensitivity"] = 56,
        ["specificity"] = 50,
    }.ToFrozenDictionary();

    /// <summary>Scores where lower is better, with how much they say of a run as a whole.</summary>
    private static readonly FrozenDictionary<string, int> LowerIsBetter = new Dictionary<string, int>
    {
        ["wer"] = 100,
        ["cer"] = 95,
        ["ter"] = 94,
        ["ler"] = 94,
        ["eer"] = 93,
        ["error"] = 90,
        ["err"] = 90,
        ["mae"] = 88,
        ["mse"] = 87,
        ["rmse"] = 88,
        ["mape"] = 84,
        ["smape"] = 84,
        ["nmse"] = 84,
        ["nrmse"] = 84,
        ["mpjpe"] = 84,
        ["ade"] = 83,
        ["fde"] = 82,
        ["fid"] = 1082,
        ["fid50k"] = 1082,
        ["kid50k"] = 1081,
        ["lpips"] = 80,
        ["epe"] = 80,
        ["perplexity"] = 70,
        ["ppl"] = 70,
        ["bpb"] = 69,
        ["bpc"] = 69,
        ["err1"] = 90,
        ["err5"] = 60,
    }.ToFrozenDictionary();

    /// <summary>Errors that LightGBM evaluates by names that say nothing elsewhere: <c>l2</c> is what a regression has unless something else is asked for.</summary>
    private static readonly FrozenSet<string> ErrorsOfTrees = new[] { "l1", "l2", "quantile", "huber", "fair", "poisson", "gamma", "tweedie" }.ToFrozenSet();

    private static readonly FrozenSet<string> LossWords = new[]
    {
        "loss", "losses", "nll", "cost", "objective", "elbo", "crossentropy", "logloss", "mlogloss", "criterion", "xent", "deviance",
    }.ToFrozenSet();

    /// <summary>Words that say how a number was taken, not of what.</summary>
    private static readonly FrozenSet<string> Fillers = new[]
    {
        "step", "epoch", "batch", "avg", "average", "mean", "agg", "running", "smoothed", "smooth", "local", "iter", "iteration", "global", "reduced", "raw", "metrics", "metric",
        "scalar", "scalars", "losses", "model", "per", "on", "end", "current", "interval", "value", "the", "set", "score", "scores", "rate", "coef", "learner", "history", "log", "logs",
        "data", "evaluation", "performance", "results", "result", "stats", "main", "is", "was", "so", "far",
    }.ToFrozenSet();

    /// <summary>Words for the whole of a loss.</summary>
    private static readonly FrozenSet<string> Wholes = new[] { "total", "overall", "sum", "full", "all", "final", "combined" }.ToFrozenSet();

    /// <summary>Words for a part of a loss, so that what they name is no evaluation set.</summary>
    private static readonly FrozenSet<string> Parts = new[]
    {
        "box", "cls", "dfl", "obj", "seg", "pose", "kobj", "ce", "dice", "bce", "kl", "kld", "recon", "reconstruction", "l1", "l2", "reg", "rpn", "loc", "bbox", "mask", "giou",
        "iou", "aux", "contrastive", "mlm", "nsp", "mse", "mae", "focal", "tversky", "smoothness", "perceptual", "vgg", "style", "content", "adv", "adversarial", "cycle", "identity",
        "regularization", "localization", "classification", "regression", "class", "objectness", "centerness", "heatmap", "kpt", "decode", "bc", "huber", "boundary", "physics",
        "pde", "ic", "balance", "router", "z", "distill", "distillation", "kd", "penalty", "weight", "decay", "vq", "commit", "commitment", "duration", "pitch", "mel", "stft", "gp", "pix", "pixel", "percep", "gan",
    }.ToFrozenSet();

    private static readonly FrozenSet<string> ValidationWords = new[] { "val", "valid", "validation", "eval", "evaluation", "evaluate", "dev", "holdout", "heldout", "vald", "vali", "validating", "validate", "evaluating", "va", "cv" }.ToFrozenSet();

    private static readonly FrozenSet<string> TestWords = new[] { "test", "tests", "testing", "te", "tst" }.ToFrozenSet();

    private static readonly FrozenSet<string> TrainWords = new[] { "train", "training", "trn", "tr", "fit", "learn" }.ToFrozenSet();

    /// <summary>Words that make of a number a side remark, such as its spread.</summary>
    private static readonly FrozenSet<string> SideRemarks = new[]
    {
        "std", "stddev", "var", "variance", "min", "max", "median", "hist", "margin", "margins", "chosen", "rejected", "zero", "fraction", "clipped", "best", "patience",
        "init", "initial", "runtime", "time", "second", "seconds", "sec", "samples", "eta", "memory", "mem", "gpu", "cpu", "speed", "throughput", "fps", "flops", "mfu", "num", "count", "ema_decay", "ms",
    }.ToFrozenSet();

    /// <summary>Names of the step, best first.</summary>
    private static readonly string[] Steps =
    [
        "trainer global step", "global step", "step", "iteration", "iterations", "iter", "iters", "num updates", "current steps", "train step", "training step", "train steps", "steps", "updates",
        "it", "iterate", "niter", "n iter", "global iter", "global iteration", "time total timesteps", "total timesteps", "num timesteps", "timesteps total", "timesteps", "timestep", "env steps",
        "frames", "num env steps sampled", "training iteration", "train iter", "train global step", "batch", "batch idx", "minibatch", "minibatches", "batches", "episode", "episodes", "ep num", "n episode", "i episode", "episode num", "game", "games", "update", "iterno", "step i", "step idx", "batches seen", "steps done", "round", "server round", "communication round", "comm round", "boosting round", "generation",
    ];

    private static readonly string[] Epochs = ["epoch", "trainer epoch", "train epoch", "epochs", "ep", "epoch num", "current epoch", "n epoch", "epoch idx", "epochs done"];

    /// <summary>Words before "epoch" that say of which, but not of the current one.</summary>
    private static readonly FrozenSet<string> OtherEpochs = new[]
    {
        "best", "max", "maximum", "total", "num", "number", "last", "warmup", "stop", "stopped", "stopping", "early", "per", "every", "after", "from", "until", "to", "each", "save",
    }.ToFrozenSet();

    private static readonly string[] Planned = ["max steps", "total steps", "max iters", "max iter", "train iters", "total iters"];

    /// <summary>Names of which single words say nothing, with what they mean.</summary>
    private static readonly (string[] Words, string[] Meaning)[] Phrases =
    [
        (["l", "r"], ["lr"]), (["out", "of", "sample"], ["val"]), (["in", "sample"], ["train"]), (["held", "out"], ["val"]), (["hold", "out"], ["val"]), (["mất", "mát"], ["loss"]), (["huấn", "luyện"], ["train"]), (["kiểm", "định"], ["val"]), (["xác", "thực"], ["val"]), (["kiểm", "tra"], ["test"]), (["độ", "chính", "xác"], ["accuracy"]), (["ents", "f"], ["val", "f1"]), (["cats", "score"], ["val", "f1"]), (["mean", "rms"], ["rmse"]), (["eprew", "mean"], ["ep", "rew", "mean"]), (["timesteps", "sofar"], ["timesteps"]), (["ce", "mean", "words"], ["cross", "entropy"]), (["cross", "entropy", "mean"], ["cross", "entropy"]), (["gen", "loss", "total"], ["total", "loss"]), (["intermediate", "values"], ["objective"]),
    ];

    /// <summary>Replaces phrases by what they mean.</summary>
    public static List<string> Spell(List<string> words)
    {
        foreach (var (phrase, meaning) in Phrases)
        {
            for (int i = 0; i + phrase.Length <= words.Count; i++)
            {
                if (words[i] == phrase[0] && words.Skip(i).Take(phrase.Length).SequenceEqual(phrase))
                {
                    words = [.. words.Take(i), .. meaning, .. words.Skip(i + phrase.Length)];
                    break;
                }
            }
        }

        return words;
    }

    public static bool IsScoreOrLoss(string word) =>
        LossWords.Contains(word) || HigherIsBetter.ContainsKey(word) || LowerIsBetter.ContainsKey(word) || word is "lr";

    public static bool IsLoss(string word) => LossWords.Contains(word);

    /// <summary>Tells whether a word is an error that boosted trees are evaluated by, and means something else or nothing in other logs.</summary>
    public static bool IsErrorOfTrees(string word) => ErrorsOfTrees.Contains(word);

    /// <summary>pix2pix and CycleGAN name what the generator and the discriminators lose <c>G_GAN</c>, <c>D_real</c>, <c>cycle_A</c>.</summary>
    public static bool IsAdversarialLoss(IReadOnlyList<string> words) =>
        words is ["g" or "d", "gan" or "real" or "fake" or "adv" or "a" or "b" or "l1"] or ["cycle" or "idt", "a" or "b"];

    public static bool IsFiller(string word) => Fillers.Contains(word) || IsNumber(word);

    public static bool IsWhole(string word) => Wholes.Contains(word);

    public static bool IsPart(string word) => Parts.Contains(word) || (word.Length > 1 && char.IsAsciiDigit(word[^1]) && Parts.Contains(word.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9')));

    public static bool IsSideRemark(string word) => SideRemarks.Contains(word);

    public static bool IsOfAnotherEpoch(string word) => OtherEpochs.Contains(word);

    public static bool IsNumber(string word) => word.All(char.IsAsciiDigit);

    public static int HigherRank(string word) => HigherIsBetter.GetValueOrDefault(word);

    public static int LowerRank(string word) => LowerIsBetter.GetValueOrDefault(word);

    /// <summary>Ranks a name of the step; 0 when it is none. <c>_step</c> of Weights and Biases comes before all.</summary>
    public static int StepRank(string name, string joined) => name == "_step" ? 200 : Rank(Steps, joined);

    public static int EpochRank(string joined) => Rank(Epochs, joined);

    public static bool IsPlanned(string joined) => Array.IndexOf(Planned, joined) >= 0;

    public static ColumnPhase PhaseOf(string word) =>
        TrainWords.Contains(word) ? ColumnPhase.Train
        : ValidationWords.Contains(word) ? ColumnPhase.Validation
        : TestWords.Contains(word) ? ColumnPhase.Test
        : ColumnPhase.Unknown;

    private static int Rank(string[] names, string name)
    {
        int index = Array.IndexOf(names, name);
        return index < 0 ? 0 : 100 - index;
    }
}
