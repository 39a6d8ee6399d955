using TrainingDoctor.Rules.Tasks;

namespace TrainingDoctor.Tests.Tasks;

public sealed class PolicyDriftTests
{
    /// <summary>Programs call both "kl": the divergence of a policy from its reference, and that of a latent from its prior, which a variational autoencoder wants to be several nats.</summary>
    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 0)]
    public void TheDivergenceOfALatentIsNoDrift(bool hasReconstruction, int findings)
    {
        var divergence = Trace.Of(Metric.ReferenceDivergence, Enumerable.Range(0, 400).Select(step => 40 * (1 - Math.Exp(-step / 60.0))));
        var run = hasReconstruction ? divergence.And(Trace.Of(Metric.ReconstructionLoss, Enumerable.Repeat(9.0, 400))) : divergence;

        Assert.Equal(findings, RuleVerifier.Run(new PolicyDrift(new()), run).Count);
    }
}
