namespace TrainingDoctor.Corpus;

/// <summary>Judges outputs against targets, and against the best constant answer.</summary>
internal static class Answers
{
    public static double? Accuracy(CorpusProgram program, Tensor output, Tensor target)
    {
        if (program.Task is TrainingTask.Regression or TrainingTask.Reconstruction or TrainingTask.Adversarial or TrainingTask.Reinforcement)
        {
            return null;
        }

        return IsChoice(program, output, target)
            ? Mean(Choices(output, target).eq(Classes(target)).index_select(0, Counted(target)))
            : Mean(output.reshape(target.shape).gt(program.Threshold).eq(target.gt(0.5)));
    }

    public static double? Skill(CorpusProgram program, Tensor output, Tensor target)
    {
        if (program.Task is TrainingTask.Adversarial or TrainingTask.Reinforcement)
        {
            return null;
        }

        if (Accuracy(program, output, target) is not { } accuracy)
        {
            var wanted = target.reshape(target.shape[0], -1);
            double error = Mean((output.reshape(wanted.shape) - wanted).square());
            double variance = Mean((wanted - wanted.mean([0L], keepdim: true)).square());
            return double.IsNaN(error) ? double.NegativeInfinity : 1 - (error / variance);
        }

        double majority = IsChoice(program, output, target)
            ? Classes(target).index_select(0, Counted(target)) is var labels ? labels.bincount(null, 0).max().item<long>() / (double)labels.numel() : 0
            : MajorityOfLabels(target.to_type(ScalarType.Float64));
        return Mean(output.isfinite()) < 1 ? double.NegativeInfinity : (accuracy - majority) / (1 - majority);
    }

    private static bool IsChoice(CorpusProgram program, Tensor output, Tensor target) =>
        target.dtype == ScalarType.Int64 || (program.Task == TrainingTask.MulticlassClassification && output.shape[1] > 1);

    // One answer for every place of a sequence or image, whichever axis the classes are on.
    private static Tensor Choices(Tensor output, Tensor target) =>
        output.argmax(output.dim() == 3 && target.dim() == 2 && output.shape[1] == target.shape[1] ? 2 : 1).reshape(-1);

    // Labels below zero are those that losses ignore.
    private static Tensor Counted(Tensor target) => Classes(target).ge(0).nonzero().flatten();

    private static Tensor Classes(Tensor target) => (target.dtype == ScalarType.Int64 ? target : target.argmax(1)).reshape(-1);

    private static double MajorityOfLabels(Tensor target)
    {
        var share = target.reshape(target.shape[0], -1).mean([0L]);
        return maximum(share, 1 - share).mean().item<double>();
    }

    private static double Mean(Tensor values) => values.to_type(ScalarType.Float64).mean().item<double>();
}
