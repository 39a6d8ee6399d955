using TrainingDoctor.Corpus;

namespace TrainingDoctor.Tests.Corpus;

[Trait("Speed", "Slow")]
public sealed class TrainingCorpusTests
{
    // Small tensors gain nothing from several threads, and lose much where processors are busy.
    static TrainingCorpusTests() => TorchSharp.torch.set_num_threads(1);

    public static TheoryData<string> Quick =>
    [
        "SO-34311586", "SO-34311586/fix", "TDC-regr/clean", "TDC-regr-broadcast", "SO-LINREG-10-40", "ill-rate-zero", "ill-detached-body", "healthy-relu", "healthy-cyclic", "healthy-gan",
    ];

    [Fact]
    public void NamesAreUnique() => Assert.Equal(TrainingCorpus.All.Count, TrainingCorpus.All.Select(program => program.Name).Distinct().Count());

    [Fact]
    public void HoldsManyHealthyPrograms() => Assert.True(TrainingCorpus.All.Count(program => !program.Truth.IsIll && !program.IsContested) >= 40);

    [Fact]
    public void BothHalvesHoldIllAndHealthyPrograms()
    {
        foreach (bool tuning in new[] { true, false })
        {
            var half = TrainingCorpus.All.Where(program => !TrainingCorpus.IsHeldOut(program) && !TrainingCorpus.IsReported(program) && TrainingCorpus.IsForTuning(program) == tuning).ToList();
            Assert.InRange(half.Count(program => program.Truth.IsIll), 30, 120);
            Assert.InRange(half.Count(program => !program.Truth.IsIll), 30, 120);
        }
    }

    [Fact]
    public void TwinsShareAHalf() => Assert.All(
        TrainingCorpus.All.GroupBy(program => program.Name.Split('/')[0]),
        family => Assert.Single(family.Select(TrainingCorpus.IsForTuning).Distinct()));

    [Fact]
    public void IllProgramsSayWhatCatchesThem() => Assert.All(TrainingCorpus.All.Where(program => program.Truth.IsIll), program => Assert.NotEmpty(program.Truth.Expected));

    [Theory]
    [MemberData(nameof(Quick))]
    public void RunsBearTheirLabelsOut(string name)
    {
        var program = TrainingCorpus.All.Single(program => program.Name == name);

        var outcome = CorpusRunner.Run(program, 1);

        Assert.True(program.Truth.HoldsWhen?.Invoke(outcome) ?? true, $"skill {outcome.Skill}, validation decline {outcome.ValidationDecline}");
    }

    [Fact]
    public void TheSameSeedGivesTheSameRun()
    {
        var program = TrainingCorpus.All.Single(program => program.Name == "healthy-dropout");

        var first = CorpusRunner.Run(program, 3);
        var second = CorpusRunner.Run(program, 3);
        var other = CorpusRunner.Run(program, 4);

        Assert.Equal(first.Training.Losses, second.Training.Losses);
        Assert.NotEqual(first.Training.Losses, other.Training.Losses);
    }

    [Fact]
    public void SkillIsZeroForAConstantAndOneForThePerfectAnswer()
    {
        var perfect = CorpusRunner.Run(TrainingCorpus.All.Single(program => program.Name == "NP-XOR-SMALLINIT/fix"), 1);
        var constant = CorpusRunner.Run(TrainingCorpus.All.Single(program => program.Name == "ill-black-images"), 1);

        Assert.Equal(1, perfect.Skill!.Value, 3);
        Assert.Equal(0, constant.Skill!.Value, 2);
    }
}
