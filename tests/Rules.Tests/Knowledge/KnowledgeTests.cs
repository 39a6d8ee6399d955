using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Tests.Knowledge;

public sealed class KnowledgeTests
{
    public static TheoryData<ActivationKind> Functions => [.. ActivationFunctions.Elementwise];

    [Theory]
    [MemberData(nameof(Functions))]
    public void DerivativesAreThoseOfTheFunctions(ActivationKind kind)
    {
        for (double x = -7.035; x < 7; x += 0.11)
        {
            const double Step = 1e-6;
            double difference = (ActivationFunctions.Evaluate(kind, x + Step) - ActivationFunctions.Evaluate(kind, x - Step)) / (2 * Step);

            Assert.Equal(difference, ActivationFunctions.Derivative(kind, x), 1e-5 * Math.Max(1, Math.Abs(difference)));
        }
    }

    [Theory]
    [InlineData(ActivationKind.GELU, 1, 0.8413447460685429)]
    [InlineData(ActivationKind.GELU, -2, -0.04550026389635842)]
    [InlineData(ActivationKind.SiLU, 1, 0.7310585786300049)]
    [InlineData(ActivationKind.Mish, 1, 0.8650983882673103)]
    [InlineData(ActivationKind.Softplus, 0, 0.6931471805599453)]
    [InlineData(ActivationKind.ELU, -1, -0.6321205588285577)]
    [InlineData(ActivationKind.Sigmoid, 800, 1)]
    [InlineData(ActivationKind.LogSigmoid, -800, -800)]
    public void ValuesAreThoseOfTheReference(ActivationKind kind, double x, double expected) => Assert.Equal(expected, ActivationFunctions.Evaluate(kind, x), 12);

    [Fact]
    public void PropertiesAgreeWithClosedForms()
    {
        var relu = ActivationProperties.Of(ActivationKind.ReLU);

        Assert.Equal(1 / Math.Sqrt(2 * Math.PI), relu.Mean, 5);
        Assert.Equal(Math.Sqrt(2), relu.Gain, 5);
        Assert.Equal(0.5, relu.MeanDerivative, 2);
        Assert.Equal(0, ActivationProperties.Of(ActivationKind.Tanh).Mean, 9);
        Assert.Equal(1 / (2 * Math.Sqrt(Math.PI)), ActivationProperties.Of(ActivationKind.GELU).Mean, 6);
        Assert.Equal(0.25, ActivationProperties.Of(ActivationKind.Sigmoid).LargestDerivative, 6);
        Assert.Equal((0.0, 1.0), (ActivationProperties.Of(ActivationKind.Sigmoid).LowerBound, ActivationProperties.Of(ActivationKind.Sigmoid).UpperBound));
        Assert.Equal((-1.0, 1.0), (ActivationProperties.Of(ActivationKind.Softsign).LowerBound, ActivationProperties.Of(ActivationKind.Softsign).UpperBound));
        Assert.Equal(double.PositiveInfinity, relu.UpperBound);
        Assert.Throws<ArgumentOutOfRangeException>(() => ActivationProperties.Of(ActivationKind.Softmax));
    }

    [Fact]
    public void MomentsAgreeWithSampling()
    {
        var random = new Random(5);
        double[] sample = [.. Enumerable.Range(0, 200_000).Select(_ => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()))];
        foreach (var entry in AdviceTables.Activations)
        {
            Assert.Equal(sample.Average(z => ActivationFunctions.Evaluate(entry.Kind, z)), entry.Computed.Mean, 0.01);
            Assert.Equal(sample.Average(z => Math.Pow(ActivationFunctions.Evaluate(entry.Kind, z), 2)), entry.Computed.SecondMoment, 0.01);
        }
    }

    [Fact]
    public void TheArticlesTableAgreesWithWhatIsComputed()
    {
        double relu = ActivationProperties.Of(ActivationKind.ReLU).Mean;
        Assert.Equal(8, AdviceTables.Activations.Count);
        Assert.All(AdviceTables.Activations, entry =>
        {
            Assert.Equal(entry.IsBounded, entry.Computed.IsBounded);
            Assert.Equal(entry.Vanishes, entry.Computed.Saturates);
            Assert.True(!entry.IsZeroCentred || entry.Computed.Mean < relu, $"{entry.Kind} is called zero-centred");
        });
    }

    [Theory]
    [InlineData(DataDomain.Images, null, ActivationKind.ReLU)]
    [InlineData(DataDomain.Language, null, ActivationKind.GELU)]
    [InlineData(DataDomain.Tabular, null, ActivationKind.ReLU)]
    [InlineData(null, null, ActivationKind.ReLU)]
    [InlineData(null, 24, ActivationKind.GELU)]
    [InlineData(DataDomain.Images, 50, ActivationKind.SiLU)]
    public void HiddenActivationsFollowTheTable(DataDomain? domain, int? depth, ActivationKind expected) =>
        Assert.Equal(expected, ActivationAdvisor.Advise(new AdviceRequest { Domain = domain, Depth = depth }).Hidden[0]);

    [Theory]
    [InlineData(TrainingTrouble.LossDoesNotGoDown, ActivationKind.ReLU, "he")]
    [InlineData(TrainingTrouble.SkewedOutputs, ActivationKind.LeakyReLU, "he")]
    [InlineData(TrainingTrouble.LossBecomesNaN, ActivationKind.GELU, "he")]
    [InlineData(TrainingTrouble.Overfitting, ActivationKind.Tanh, "xavier")]
    public void TroublesFollowTheChecklist(TrainingTrouble trouble, ActivationKind expected, string scheme)
    {
        var advice = ActivationAdvisor.Advise(new AdviceRequest { Trouble = trouble });

        Assert.Equal((expected, scheme), (advice.Hidden[0], advice.Initialization));
        Assert.NotNull(advice.Trouble);
    }

    [Fact]
    public void MovingToGeluLowersTheLearningRateAndChangesTheInitialisation()
    {
        var advice = ActivationAdvisor.Advise(new AdviceRequest { From = ActivationKind.Tanh, To = ActivationKind.GELU, LearningRate = 0.01 });

        Assert.Equal((0.7, 0.8), advice.LearningRateFactor);
        Assert.Equal(0.0075, advice.LearningRate!.Value, 9);
        Assert.Equal("he", advice.Initialization);
        Assert.Contains(advice.Notes, note => note.ToString().Contains("xavier", StringComparison.Ordinal));
        Assert.Contains("left out", advice.Normalization.ToString(), StringComparison.Ordinal);
        Assert.True(AdviceTables.Misconceptions.All(advice.Notes.Contains));
    }

    [Theory]
    [InlineData(TrainingTask.Regression, ActivationKind.Identity)]
    [InlineData(TrainingTask.BinaryClassification, ActivationKind.Sigmoid)]
    [InlineData(TrainingTask.MulticlassClassification, ActivationKind.Softmax)]
    [InlineData(TrainingTask.MultilabelClassification, ActivationKind.Sigmoid)]
    public void OutputsFollowTheTable(TrainingTask task, ActivationKind function) => Assert.Equal(function, ActivationAdvisor.Advise(new AdviceRequest { Task = task }).Output!.Function);

    [Fact]
    public void NonsenseIsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => ActivationAdvisor.Advise(new AdviceRequest { Depth = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => ActivationAdvisor.Advise(new AdviceRequest { LearningRate = -1 }));
    }
}
