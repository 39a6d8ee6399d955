using static TorchSharp.torch;

namespace TrainingDoctor.Tests.Monitoring;

/// <summary>A program whose loss is a function tells what its validations compare.</summary>
public sealed class EvaluateTests
{
    private const int Classes = 4;
    private static readonly long[] Same = [0, 1, 2, 3];
    private static readonly long[] Other = [1, 2, 3, 0];

    [Fact]
    public void ClassesThatAreNumberedOtherwiseAreFound() => Assert.Equal(Severity.Warning, Assert.Single(Run(told: Other)).Severity);

    [Fact]
    public void AClassThatTrainingNeverHadIsFound() => Assert.Equal(Severity.Warning, Assert.Single(Run(told: Same, leftOut: 3)).Severity);

    [Fact]
    public void TheSameClassesOnBothSidesAreSound() => Assert.Empty(Run(told: Same));

    [Fact]
    public void WhatIsHeardOfAModuleIsNotToldTwice() => Assert.Empty(Run(told: Other, heard: Same));

    /// <summary>Trains a linear model on four clouds of points.</summary>
    /// <param name="told">The numbers of the classes where the program tells the validation.</param>
    /// <param name="leftOut">The class that training does not have; -1 for none.</param>
    /// <param name="heard">Those where the loss hears it, which is a module then; null where it is a function.</param>
    /// <returns>What is found of TD6013.</returns>
    private static IReadOnlyList<Finding> Run(long[] told, int leftOut = -1, long[]? heard = null)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(5);
        var labels = randint(0, Classes, [400], ScalarType.Int64, generator: generator);
        var inputs = (eye(Classes) * 6).index_select(0, labels) + randn([400, Classes], generator: generator);
        using var model = nn.Linear(Classes, Classes);
        using var optimizer = optim.SGD(model.parameters(), 0.1);
        using var criterion = nn.CrossEntropyLoss();
        using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Optimizer = optimizer, Loss = heard is null ? null : criterion, Task = TrainingTask.MulticlassClassification });
        for (int epoch = 0; epoch < 4; epoch++)
        {
            foreach (var rows in arange(300).masked_select(labels[..300].ne(leftOut)).split(30))
            {
                optimizer.zero_grad();
                var output = model.call(inputs.index_select(0, rows));
                var target = labels.index_select(0, rows);
                var loss = heard is null ? nn.functional.cross_entropy(output, target) : criterion.call(output, target);
                loss.backward();
                optimizer.step();
                monitor.Step(loss, target);
            }

            using (no_grad())
            {
                var output = model.call(inputs[300..]);
                if (heard is not null)
                {
                    criterion.call(output, tensor(heard).index_select(0, labels[300..]));
                }

                monitor.Evaluate(output, tensor(told).index_select(0, labels[300..]));
            }

            monitor.Validation(loss: 0.5);
        }

        return [.. monitor.Complete().Findings.Where(finding => finding.Rule.Id == "TD6013")];
    }
}
