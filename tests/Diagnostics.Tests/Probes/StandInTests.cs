using TorchSharp;
using static TorchSharp.torch;

namespace TrainingDoctor.Tests.Probes;

/// <summary>Layers that a model calls through <c>forward</c> are seen, and the model is the same as without.</summary>
public sealed class StandInTests
{
    [Fact]
    public void LayersCalledThroughForwardAreSeen()
    {
        using var model = new Forwarded();
        using var monitor = Train(model, steps: 3);
        var coverage = monitor.Coverage!;
        Assert.Equal(["concrete"], coverage.Silent);
        Assert.Equal((7, 7, 6), (coverage.Registered, coverage.Hooked, coverage.Fired));
        var facts = monitor.Complete().Diagnosis.Facts;
        Assert.Equal(3, facts.Of(Metric.CallCount, "first")!.Value.Last);
        Assert.Equal(3, facts.Of(Metric.OutputMean, "block.inner")!.Value.Count);
        Assert.Equal(0, facts.Of(Metric.CallCount, "concrete")!.Value.Last);
        Assert.True(model.HoldsItsOwnLayers);
    }

    /// <summary>A field of a concrete type holds no stand-in: the report names the layer and the line to change.</summary>
    [Fact]
    public void ALayerThatStaysUnseenIsReported()
    {
        using var model = new Forwarded();
        using var monitor = Train(model, steps: 40);
        var finding = Assert.Single(monitor.Complete().Diagnosis.Findings, finding => finding.Rule.Id == "TD0002");
        Assert.Equal(["concrete"], finding.Layers);
        Assert.Contains(finding.Remedies, remedy => remedy.Code?.Contains("call(", StringComparison.Ordinal) == true);
    }

    [Fact]
    public void SwitchedOffTheyAreNot()
    {
        using var model = new Forwarded();
        using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { SeesForwardCalls = false });
        Assert.True(model.HoldsItsOwnLayers);
        using var input = randn(4, 8);
        using var output = model.call(input);
        Assert.Contains("first", monitor.Coverage!.Silent);
    }

    [Fact]
    public void StateModesAndMovesReachTheOriginal()
    {
        using var model = new Forwarded();
        var keys = model.state_dict().Keys.ToList();
        using var plain = new MemoryStream();
        model.save(plain);
        using var monitor = TrainingMonitor.Attach(model);
        Assert.False(model.HoldsItsOwnLayers);
        Assert.Equal(keys, model.state_dict().Keys.ToList());
        Assert.Equal(keys, model.named_parameters().Select(item => item.name).ToList());
        using var saved = new MemoryStream();
        model.save(saved);
        Assert.Equal(plain.ToArray(), saved.ToArray());

        model.eval();
        Assert.False(model.FirstIsTraining);
        model.train();
        Assert.True(model.FirstIsTraining);
        Assert.Equal(2, model.FirstParameters);

        model.to(ScalarType.Float64);
        using var input = randn([4, 8], ScalarType.Float64);
        using var output = model.call(input);
        Assert.Equal(ScalarType.Float64, output.dtype);
    }

    [Fact]
    public void WhatTheUserPutsInAFieldMeanwhileStays()
    {
        using var model = new Forwarded();
        using var other = nn.Linear(8, 16);
        using (TrainingMonitor.Attach(model))
        {
            model.ReplaceFirst(other);
        }

        Assert.True(model.FirstIs(other));
    }

    [Fact]
    public void TwoMonitorsOnOneModelBothSeeIt()
    {
        using var model = new Forwarded();
        using var outer = TrainingMonitor.Attach(model);
        using var inner = TrainingMonitor.Attach(model);
        using var input = randn(4, 8);
        using (model.call(input))
        {
        }

        Assert.DoesNotContain("first", outer.Coverage!.Silent);
        Assert.DoesNotContain("first", inner.Coverage!.Silent);
        inner.Dispose();
        outer.Dispose();
        Assert.True(model.HoldsItsOwnLayers);
        using var again = model.call(input);
    }

    [Fact]
    public void TheyMayBeTakenOffInAnyOrder()
    {
        using var model = new Forwarded();
        var outer = TrainingMonitor.Attach(model);
        var inner = TrainingMonitor.Attach(model);
        outer.Dispose();
        using var input = randn(4, 8);
        using (model.call(input))
        {
        }

        Assert.DoesNotContain("first", inner.Coverage!.Silent);
        inner.Dispose();
        Assert.True(model.HoldsItsOwnLayers);
    }

    private static TrainingMonitor Train(Forwarded model, int steps)
    {
        torch.manual_seed(1);
        using var optimizer = optim.SGD(model.parameters(), 0.1);
        using var criterion = nn.CrossEntropyLoss();
        var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Optimizer = optimizer, Sampling = SamplingSchedule.EveryStep });
        for (int step = 0; step < steps; step++)
        {
            ObservationTests.Step(model, optimizer, criterion, monitor);
        }

        return monitor;
    }

    private sealed class Forwarded : nn.Module<Tensor, Tensor>
    {
        private nn.Module<Tensor, Tensor> first = nn.Linear(8, 16);
        private readonly nn.Module<Tensor, Tensor>[] many = [nn.ReLU(), nn.Linear(16, 16)];
        private readonly List<nn.Module<Tensor, Tensor>> more = [nn.Tanh()];
        private readonly Block block = new();
        private readonly TorchSharp.Modules.Linear concrete = nn.Linear(16, 16);
        private readonly nn.Module<Tensor, Tensor> last = nn.Linear(16, 3);
        private readonly nn.Module[] _originals;

        public Forwarded()
            : base(nameof(Forwarded))
        {
            RegisterComponents();
            register_module("many0", many[0]);
            register_module("many1", many[1]);
            register_module("more0", more[0]);
            _originals = [first, .. many, .. more, last];
        }

        public bool HoldsItsOwnLayers => _originals.SequenceEqual([first, .. many, .. more, last], ReferenceEqualityComparer.Instance);

        public bool FirstIsTraining => first.training;

        public int FirstParameters => first.parameters().Count();

        public bool FirstIs(nn.Module module) => ReferenceEquals(first, module);

        public void ReplaceFirst(nn.Module<Tensor, Tensor> module) => first = module;

        public override Tensor forward(Tensor input)
        {
            var x = first.forward(input);
            foreach (var layer in many.Concat(more))
            {
                x = layer.forward(x);
            }

            return last.forward(concrete.forward(block.forward(x)));
        }
    }

    private sealed class Block : nn.Module<Tensor, Tensor>
    {
        private readonly nn.Module<Tensor, Tensor> inner = nn.Linear(16, 16);

        public Block()
            : base(nameof(Block)) => RegisterComponents();

        public override Tensor forward(Tensor input) => inner.forward(input);
    }
}
