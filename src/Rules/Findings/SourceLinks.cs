using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace TrainingDoctor.Rules.Findings;

/// <summary>Where a stranger finds what rules and remedies cite: each source gets its address, by what its text begins with or by the number that it names.</summary>
internal static partial class SourceLinks
{
    private const string Torch = "https://docs.pytorch.org/docs/stable/";

    /// <summary>What sources begin with, and where they are; of several that fit the longest counts.</summary>
    private static readonly FrozenDictionary<string, string> Addresses = new Dictionary<string, string>
    {
        ["AUTOTRAINER (ICSE 2021)"] = "https://doi.org/10.1109/ICSE43902.2021.00043",
        ["Ba et al. 2016"] = "https://arxiv.org/abs/1607.06450",
        ["Bardes et al. 2022, VICReg"] = "https://arxiv.org/abs/2105.04906",
        ["Bengio et al. 2009, Curriculum learning"] = "https://doi.org/10.1145/1553374.1553380",
        ["Benjamini and Hochberg 1995"] = "https://doi.org/10.1111/j.2517-6161.1995.tb02031.x",
        ["Bowman et al. 2016"] = "https://arxiv.org/abs/1511.06349",
        ["Breck et al. 2019"] = "https://mlsys.org/Conferences/2019/doc/2019/167.pdf",
        ["Caffe"] = "https://github.com/BVLC/caffe",
        ["Chen and He 2021"] = "https://arxiv.org/abs/2011.10566",
        ["Chowdhery et al. 2022, PaLM"] = "https://arxiv.org/abs/2204.02311",
        ["DeepDiagnosis (ICSE 2022)"] = "https://arxiv.org/abs/2112.04036",
        ["DeepLocalize"] = "https://arxiv.org/abs/2103.03376",
        ["Fisher 1925"] = "https://psychclassics.yorku.ca/Fisher/Methods/",
        ["Glorot and Bengio 2010"] = "https://proceedings.mlr.press/v9/glorot10a.html",
        ["Goyal et al. 2017"] = "https://arxiv.org/abs/1706.02677",
        ["Graves et al. 2006"] = "https://doi.org/10.1145/1143844.1143891",
        ["Guo et al. 2017"] = "https://arxiv.org/abs/1706.04599",
        ["Hahn and Meeker 1991"] = "https://doi.org/10.1002/9780470316771",
        ["He et al. 2015"] = "https://arxiv.org/abs/1502.01852",
        ["He et al. 2019"] = "https://arxiv.org/abs/1812.01187",
        ["He et al. 2019: lagging inference networks"] = "https://arxiv.org/abs/1901.05534",
        ["Higgins et al. 2017"] = "https://openreview.net/forum?id=Sy2fzU9gl",
        ["Hochreiter 1991; Bengio et al. 1994"] = "https://doi.org/10.1109/72.279181",
        ["Hugging Face DebugUnderflowOverflow"] = "https://huggingface.co/docs/transformers/debugging",
        ["Hugging Face documentation"] = "https://huggingface.co/docs/transformers",
        ["Ioffe and Szegedy 2015"] = "https://arxiv.org/abs/1502.03167",
        ["Izmailov et al. 2018"] = "https://arxiv.org/abs/1803.05407",
        ["Karpathy, CS231n"] = "https://cs231n.github.io/neural-networks-3/",
        ["Kingma and Ba 2015"] = "https://arxiv.org/abs/1412.6980",
        ["Li et al. 2019"] = "https://arxiv.org/abs/1801.05134",
        ["Lightning EarlyStopping"] = "https://lightning.ai/docs/pytorch/stable/api/lightning.pytorch.callbacks.EarlyStopping.html",
        ["Lightning SpikeDetection"] = "https://lightning.ai/docs/pytorch/stable/api/lightning.pytorch.callbacks.SpikeDetection.html",
        ["Loshchilov and Hutter 2019"] = "https://arxiv.org/abs/1711.05101",
        ["Michel, Levy and Neubig 2019"] = "https://arxiv.org/abs/1905.10650",
        ["Micikevicius et al. 2018"] = "https://arxiv.org/abs/1710.03740",
        ["Mishkin and Matas 2016"] = "https://arxiv.org/abs/1511.06422",
        ["NeuraLint (TOSEM 2021)"] = "https://arxiv.org/abs/2105.08095",
        ["Pascanu et al. 2013"] = "https://arxiv.org/abs/1211.5063",
        ["PyTorch documentation"] = Torch + "index.html",
        ["PyTorch documentation: BatchNorm1d"] = Torch + "generated/torch.nn.BatchNorm1d.html",
        ["PyTorch documentation: Conv2d"] = Torch + "generated/torch.nn.Conv2d.html",
        ["PyTorch documentation: CrossEntropyLoss"] = Torch + "generated/torch.nn.CrossEntropyLoss.html",
        ["PyTorch documentation: LSTM"] = Torch + "generated/torch.nn.LSTM.html",
        ["PyTorch documentation: Module"] = Torch + "generated/torch.nn.Module.html",
        ["PyTorch documentation: Tensor"] = Torch + "tensors.html",
        ["PyTorch documentation: frequently asked questions"] = Torch + "notes/faq.html",
        ["PyTorch documentation: in-place operations"] = Torch + "notes/autograd.html",
        ["PyTorch documentation: gradient clipping"] = Torch + "notes/amp_examples.html",
        ["PyTorch documentation: torch.optim"] = Torch + "optim.html",
        ["PyTorch documentation of the layers"] = Torch + "nn.html",
        ["PyTorch documentation of the losses"] = Torch + "nn.html#loss-functions",
        ["PyTorch documentation of torch.optim"] = Torch + "optim.html",
        ["PyTorch forum"] = "https://discuss.pytorch.org",
        ["PyTorch tutorial"] = "https://docs.pytorch.org/tutorials/",
        ["SageMaker Debugger"] = "https://docs.aws.amazon.com/sagemaker/latest/dg/debugger-built-in-rules.html",
        ["SageMaker Debugger profiler rules"] = "https://docs.aws.amazon.com/sagemaker/latest/dg/debugger-built-in-profiler-rules.html",
        ["Schroff et al. 2015"] = "https://arxiv.org/abs/1503.03832",
        ["Sculley et al. 2015"] = "https://proceedings.neurips.cc/paper/2015/hash/86df7dcfd896fcaf2674f757a2463eba-Abstract.html",
        ["Smith 2017"] = "https://arxiv.org/abs/1506.01186",
        ["Srivastava et al. 2014"] = "https://jmlr.org/papers/v15/srivastava14a.html",
        ["Student 1908"] = "https://doi.org/10.1093/biomet/6.1.1",
        ["Sudre et al. 2017"] = "https://arxiv.org/abs/1707.03237",
        ["Sutskever et al. 2013"] = "https://proceedings.mlr.press/v28/sutskever13.html",
        ["Tan and Le 2019"] = "https://arxiv.org/abs/1905.11946",
        ["TensorFlow documentation: ExponentialMovingAverage"] = "https://www.tensorflow.org/api_docs/python/tf/train/ExponentialMovingAverage",
        ["TheDeepChecker (TOSEM 2022)"] = "https://arxiv.org/abs/2204.00694",
        ["TorchSharp documentation: memory management"] = "https://github.com/dotnet/TorchSharp/blob/main/docfx/articles/memory.md",
        ["TrainCheck (OSDI 2025)"] = "https://github.com/OrderLab/TrainCheck",
        ["Transformers"] = "https://huggingface.co/docs/transformers/main_classes/trainer",
        ["UMLAUT (CHI 2021)"] = "https://doi.org/10.1145/3411764.3445538",
        ["V-Net (3DV 2016)"] = "https://arxiv.org/abs/1606.04797",
        ["Yu et al. 2025, DAPO"] = "https://arxiv.org/abs/2503.14476",
        ["Zoph et al. 2022, ST-MoE"] = "https://arxiv.org/abs/2202.08906",
        ["Voita et al. 2019"] = "https://arxiv.org/abs/1905.09418",
        ["scikit-learn documentation: train_test_split"] = "https://scikit-learn.org/stable/modules/generated/sklearn.model_selection.train_test_split.html",
        ["torch.optim: zero_grad"] = Torch + "generated/torch.optim.Optimizer.zero_grad.html",
        ["torchvision documentation: ImageFolder"] = "https://docs.pytorch.org/vision/stable/generated/torchvision.datasets.ImageFolder.html",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>What has no address: what this project found itself, what follows by itself, and the article in print form.</summary>
    private static readonly string[] Own = ["Design law of this project", "Found by running", "Follows from", "活性化関数"];

    /// <summary>Returns sources with their addresses.</summary>
    /// <param name="sources">The sources; those that name an address already stay as they are.</param>
    internal static IReadOnlyList<string> Complete(IReadOnlyList<string> sources) => [.. sources.Select(source => AddressOf(source) is { } address ? $"{source}, {address}" : source)];

    /// <summary>Tells whether a source needs no address.</summary>
    /// <param name="source">The source.</param>
    internal static bool IsOwn(string source) => Own.Any(beginning => source.StartsWith(beginning, StringComparison.Ordinal));

    private static string? AddressOf(string source)
    {
        if (source.Contains("://", StringComparison.Ordinal) || IsOwn(source))
        {
            return null;
        }

        if (Preprint().Match(source) is { Success: true } preprint)
        {
            return $"https://arxiv.org/abs/{preprint.Groups["number"].Value}";
        }

        if (Numbered().Match(source) is { Success: true } numbered)
        {
            string number = numbered.Groups["number"].Value;
            return numbered.Groups["place"].Value switch
            {
                "Stack Overflow" => $"https://stackoverflow.com/questions/{number}",
                "PyTorch forum" => $"https://discuss.pytorch.org/t/{number}",
                "PyTorch issue" => $"https://github.com/pytorch/pytorch/issues/{number}",
                "Hugging Face transformers issue" => $"https://github.com/huggingface/transformers/issues/{number}",
                "LLaMA-Factory issue" => $"https://github.com/hiyouga/LLaMA-Factory/issues/{number}",
                "dotnet/machinelearning issue" => $"https://github.com/dotnet/machinelearning/issues/{number}",
                _ => $"https://github.com/dotnet/TorchSharp/issues/{number}",
            };
        }

        return Addresses.Keys.Where(beginning => source.StartsWith(beginning, StringComparison.Ordinal)).MaxBy(beginning => beginning.Length) is { } longest ? Addresses[longest] : null;
    }

    [GeneratedRegex(@"arXiv (?<number>\d{4}\.\d{4,5})")]
    private static partial Regex Preprint();

    [GeneratedRegex(@"^(?<place>Stack Overflow|PyTorch forum|PyTorch issue|Hugging Face transformers issue|LLaMA-Factory issue|dotnet/machinelearning issue|(?:dotnet/)?TorchSharp issues?) (?<number>\d+)")]
    private static partial Regex Numbered();
}
