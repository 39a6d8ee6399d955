using TorchSharp;
using TrainingDoctor.Corpus;
using TrainingDoctor.Differences;

namespace TrainingDoctor.Benchmarks.Differences;

/// <summary>Finds ill programs with their repairs, and where each pair differs: in what parts of the program, by the program itself.</summary>
internal static class TwinPairs
{
    /// <summary>Gets the pairs of the corpus.</summary>
    public static IEnumerable<TwinPrograms> All()
    {
        var byName = TrainingCorpus.All.ToDictionary(program => program.Name);
        foreach (var sound in TrainingCorpus.All.Where(program => program.Name.EndsWith("/fix", StringComparison.Ordinal)))
        {
            if (byName.TryGetValue(sound.Name[..^"/fix".Length], out var ill) && ill.Truth.IsIll && !ill.IsContested)
            {
                yield return new TwinPrograms(ill, sound);
            }
        }
    }

    /// <summary>Tells whether programs train on other samples, or are only validated on others.</summary>
    private static bool TrainsOnOther(CorpusProgram a, CorpusProgram b)
    {
        using var scope = torch.NewDisposeScope();
        torch.manual_seed(1);
        var first = a.Data(1);
        torch.manual_seed(1);
        var second = b.Data(1);
        return !Same(first.Training.Input, second.Training.Input) || !Same(first.Training.Target, second.Training.Target);

        static bool Same(torch.Tensor x, torch.Tensor y) => x.shape.AsSpan().SequenceEqual(y.shape) && x.dtype == y.dtype && x.Equals(y);
    }

    /// <summary>Gets the stages in which a repair acts.</summary>
    public static IReadOnlySet<Stage> StagesOf(TwinPrograms twins)
    {
        var (a, b) = (twins.Ill, twins.Sound);
        var stages = new HashSet<Stage>();
        Add(a.Data != b.Data && TrainsOnOther(a, b), Stage.Data);
        Add(a.Data != b.Data && !TrainsOnOther(a, b), Stage.Validation);
        Add(a.Batches != b.Batches || a.BatchSize != b.BatchSize || a.Shuffles != b.Shuffles, Stage.Data);
        Add(a.Model != b.Model || a.Forward != b.Forward, Stage.Structure, Stage.Initialization, Stage.Activations);
        Add(a.Loss != b.Loss || a.ComputeLoss != b.ComputeLoss, Stage.Loss);
        Add(a.Optimizer != b.Optimizer || a.SecondOptimizer != b.SecondOptimizer, Stage.Updates);
        Add(a.ZeroesGradients != b.ZeroesGradients || a.BeforeUpdate != b.BeforeUpdate, Stage.Gradients);
        Add(a.Step != b.Step, Stage.Data, Stage.Activations, Stage.Loss, Stage.Gradients, Stage.Updates);
        Add(a.BeginStep != b.BeginStep, Stage.Updates, Stage.Data);
        Add(a.BeginEpoch != b.BeginEpoch, Stage.Activations, Stage.Updates);
        Add(
            a.ValidationForward != b.ValidationForward || a.EvaluatesInEvaluationMode != b.EvaluatesInEvaluationMode || a.Score != b.Score || a.Validates != b.Validates,
            Stage.Validation);
        Add(a.Truth.Causes.Any(cause => cause is Cause.StaleWeights or Cause.StaleStatistics or Cause.MismatchedPreprocessing), Stage.Validation);
        Add(a.Epochs != b.Epochs, Stage.Length);
        return stages;

        void Add(bool differs, params Stage[] where)
        {
            if (differs)
            {
                stages.UnionWith(where);
            }
        }
    }
}
