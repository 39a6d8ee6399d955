using System.Globalization;
using TorchSharp;
using TrainingDoctor.Changes.Attached;
using TrainingDoctor.Models;
using TrainingDoctor.Programs;
using static TorchSharp.torch;

namespace TrainingDoctor.Changes;

/// <summary>Changes the learning rate that training starts with, and, where it names one, what the program's own schedule may make of it.</summary>
internal sealed class LearningRateChange : ProgramChange
{
    private readonly double _factor;
    private readonly double? _rate;

    private LearningRateChange(double factor, double? rate, bool holds)
    {
        _factor = factor;
        _rate = rate;
        Holds = holds;
    }

    /// <summary>Gets a value indicating whether the rate stays what it is, whatever a schedule says.</summary>
    public bool Holds { get; }

    /// <summary>Multiplies the rate.</summary>
    public static LearningRateChange Scale(double factor) => new(factor, null, holds: false);

    /// <summary>Sets the rate. A schedule may lower it but not exceed it; where it sets none, this one stays.</summary>
    public static LearningRateChange Set(double rate) => new(1, rate, holds: false);

    /// <summary>Sets the rate for the whole training.</summary>
    public static LearningRateChange Hold(double rate) => new(1, rate, holds: true);

    /// <summary>Returns what comes of an earlier change and this one: a rate that is named takes the place of what was before, and one that was held stays held.</summary>
    /// <param name="earlier">The earlier change.</param>
    public LearningRateChange After(LearningRateChange earlier) => _rate is not null
        ? new LearningRateChange(1, _rate, Holds || earlier.Holds)
        : new LearningRateChange(earlier._factor * _factor, earlier._rate * _factor, earlier.Holds);

    /// <inheritdoc/>
    public override IReadOnlyList<optim.Optimizer> Optimizers(IReadOnlyList<optim.Optimizer> optimizers, nn.Module model)
    {
        foreach (var group in optimizers.SelectMany(optimizer => optimizer.ParamGroups))
        {
            group.InitialLearningRate = _rate ?? (group.InitialLearningRate * _factor);
            group.LearningRate = _rate ?? (group.LearningRate * _factor);
        }

        return optimizers;
    }

    /// <inheritdoc/>
    public override void BeforeUpdate(ITreatedTraining state)
    {
        if (_rate is not { } most)
        {
            return;
        }

        foreach (var group in state.Optimizers.SelectMany(optimizer => optimizer.ParamGroups))
        {
            group.LearningRate = !Holds && group.LearningRate > 0 && group.LearningRate <= most ? group.LearningRate : most;
        }
    }

    /// <inheritdoc/>
    public override void BeforeForward(ITreatedTraining training, bool isTraining) => BeforeUpdate(training);

    /// <inheritdoc/>
    public override void AfterUntoldUpdate(ITreatedTraining training) => BeforeUpdate(training);

    /// <inheritdoc/>
    public override string Attach(AttachedTraining training)
    {
        var optimizer = training.RequiredOptimizer;
        string before = Told(optimizer);
        Optimizers([optimizer], training.Model);
        if (_rate is null)
        {
            training.FollowScaled(_factor);
        }

        return $"learning rate {before} -> {Told(optimizer)}{(Holds ? ", whatever a schedule says" : _rate is null ? string.Empty : ", which a schedule may lower")}";
    }

    private static string Told(optim.Optimizer optimizer) =>
        string.Join(", ", OptimizerInspector.LearningRates(optimizer).Distinct().Select(rate => rate.ToString("G6", CultureInfo.InvariantCulture)));
}
