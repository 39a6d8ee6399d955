using System.Globalization;
using System.Text;
using CsCheck;
using TrainingDoctor.Readers;
using TrainingDoctor.Readers.Formats;
using TrainingDoctor.Readers.Input;
using TrainingDoctor.Readers.Rows;

namespace TrainingDoctor.Tests.Readers;

public sealed class JsonTests
{
    [Fact]
    public void ReadsTrainerStateWithBareNaNAndSeveralEvaluationSets()
    {
        var run = Assert.Single(ReadRun.Of("""
            {
              "epoch": 2.0, "global_step": 20, "max_steps": 40,
              "log_history": [
                {"epoch": 1.0, "grad_norm": NaN, "learning_rate": 1e-4, "loss": 2.5, "step": 10},
                {"epoch": 1.0, "eval_a_loss": 3.0, "eval_a_accuracy": 0.5, "step": 10},
                {"epoch": 1.0, "eval_b_loss": 4.0, "eval_b_accuracy": 0.25, "step": 10},
                {"epoch": 2.0, "grad_norm": Infinity, "learning_rate": 5e-5, "loss": 2.0, "step": 20},
                {"epoch": 2.0, "step": 20, "total_flos": 1e18, "train_loss": 99.0, "train_runtime": 5.0}
              ],
              "log_level": "NaN", "best_metric": null
            }
            """, "trainer_state.json"));

        Assert.Equal("huggingface", run.Run.Source);
        Assert.Equal([2.5, 2.0], run.Values(Metric.Loss));
        Assert.Equal([double.NaN, double.PositiveInfinity], run.Values(Metric.GlobalGradientNorm));
        Assert.Equal([3.0], run.Values(Metric.ValidationLoss));
        Assert.Equal([4.0], run.Values(Metric.ValidationLoss, "b"));
        Assert.Equal([0.25], run.Values(Metric.ValidationAccuracy, "b"));
        Assert.Equal(40, run.Run.PlannedSteps);
        Assert.Contains("train_loss", run.Log.UnmappedColumns);
    }

    [Fact]
    public void ReadsJsonLinesWithBareNaNStringsAndNestedObjects()
    {
        var run = Assert.Single(ReadRun.Of("""
            {"step": 1, "train": {"loss": 2.5}, "lr": [0.1, 0.2], "note": "x"}
            {"step": 2, "train": {"loss": NaN}, "lr": [0.1, 0.2]}
            {"step": 3, "train": {"loss": "1.5"}, "lr": [0.05, 0.1]}
            {"step": 4, "train": {"loss": -Infinity}}
            """));

        Assert.Equal([2.5, double.NaN, 1.5, double.NegativeInfinity], run.Values(Metric.Loss));
        Assert.Equal([0.1, 0.1, 0.05], run.Values(Metric.LearningRate));
    }

    [Fact]
    public void PlacesMmcvRowsWhoseIterationRestartsInEachEpoch()
    {
        var run = Assert.Single(ReadRun.Of("""
            {"env_info": "x", "seed": 1}
            {"mode": "train", "epoch": 1, "iter": 50, "lr": 0.0, "loss": 3.0}
            {"mode": "train", "epoch": 1, "iter": 100, "lr": 0.001, "loss": 2.5}
            {"mode": "val", "epoch": 1, "iter": 9, "lr": 0.001, "mIoU": 0.5}
            {"mode": "train", "epoch": 2, "iter": 50, "lr": 0.001, "loss": 2.0}
            {"mode": "val", "epoch": 2, "iter": 9, "lr": 0.001, "mIoU": 0.6}
            """));

        Assert.Equal([50L, 100, 150], run.Steps(Metric.Loss));
        Assert.Equal([0.5, 0.6], run.Values(Metric.ValidationAccuracy));
        Assert.Equal([100L, 150], run.Steps(Metric.ValidationAccuracy));
        Assert.Equal([0.001, 0.001], run.Values(Metric.LearningRate));
    }

    [Fact]
    public void PlacesMmengineEvaluationsWhoseStepIsTheEpoch()
    {
        var run = Assert.Single(ReadRun.Of("""
            {"lr": 0.02, "data_time": 0.1, "loss": 1.7, "time": 0.1, "epoch": 1, "iter": 69, "step": 69}
            {"accuracy/top1": 43.0, "data_time": 0.1, "time": 0.1, "step": 1}
            {"lr": 0.02, "data_time": 0.1, "loss": 1.5, "time": 0.1, "epoch": 2, "iter": 138, "step": 138}
            {"accuracy/top1": 53.0, "data_time": 0.1, "time": 0.1, "step": 2}
            """));

        Assert.Equal([69L, 138], run.Steps(Metric.ValidationAccuracy));
        Assert.Equal([43.0, 53.0], run.Values(Metric.ValidationAccuracy));
    }

    [Fact]
    public void SplitsRunsThatDetectron2Appended()
    {
        string rows = string.Concat(Enumerable.Range(1, 4).Select(i => Row(20 * i)).Concat(Enumerable.Range(1, 3).Select(i => Row(20 * i))));

        var runs = ReadRun.Of(rows);

        Assert.Equal([4, 3], runs.Select(run => run.Values(Metric.Loss).Length));
        Assert.Equal("detectron2", runs[0].Run.Source);

        static string Row(int iteration) => string.Create(CultureInfo.InvariantCulture, $$"""{"data_time": 0.1, "iteration": {{iteration}}, "lr": 0.1, "total_loss": 2.0, "loss_cls": 1.0}""") + "\n";
    }

    [Fact]
    public void ReadsLlamaFactory()
    {
        var run = Assert.Single(ReadRun.Of("""
            {"current_steps": 5, "total_steps": 20, "loss": 2.0, "lr": 1e-4, "epoch": 0.5, "percentage": 25.0}
            {"current_steps": 10, "total_steps": 20, "eval_loss": 2.5, "epoch": 1.0, "percentage": 50.0}
            {"current_steps": 20, "total_steps": 20, "epoch": 2.0, "percentage": 100.0}
            """));

        Assert.Equal("llamafactory", run.Run.Source);
        Assert.Equal([2.0], run.Values(Metric.Loss));
        Assert.Equal([2.5], run.Values(Metric.ValidationLoss));
        Assert.Equal(20, run.Run.PlannedSteps);
    }

    [Fact]
    public void ReadsKerasHistoryAndLastValues()
    {
        var history = Assert.Single(ReadRun.Of("""{"loss": [3.0, 2.0, 1.0], "val_loss": [3.5, 3.0, 3.25]}"""));
        var summary = Assert.Single(ReadRun.Of("""{"train_loss": 0.5, "epoch": 9, "_wandb": {"runtime": 3}}"""));

        Assert.Equal([3.0, 2.0, 1.0], history.Values(Metric.Loss));
        Assert.Equal([0L, 1, 2], history.Steps(Metric.ValidationLoss));
        Assert.True(summary.Log.IsSummaryOnly);
        Assert.False(history.Log.IsSummaryOnly);
    }

    [Theory]
    [InlineData("""{"loss": {"0": 2.5, "1": 2.0}, "val_loss": {"0": 2.25, "1": 2.125}}""")]
    [InlineData("""{"train_loss": [[1, 2.5], [2, 2.0]], "val_loss": [[1, 2.25], [2, 2.125]]}""")]
    [InlineData("""{"epochs": {"1": {"loss": 2.5, "val_loss": 2.25}, "2": {"loss": 2.0, "val_loss": 2.125}}}""")]
    [InlineData("""{"config": {"lr": 0.001}, "history": {"loss": [2.5, 2.0], "val_loss": [2.25, 2.125]}}""")]
    [InlineData("""{"train": {"loss": [2.5, 2.0]}, "val": {"loss": [2.25, 2.125]}}""")]
    [InlineData("{\"type\": \"train\", \"step\": 1, \"loss\": 2.5}\n{\"type\": \"val\", \"step\": 1, \"loss\": 2.25}\n{\"type\": \"train\", \"step\": 2, \"loss\": 2.0}\n{\"type\": \"val\", \"step\": 2, \"loss\": 2.125}\n")]
    [InlineData("{\"name\": \"loss\", \"value\": 2.5, \"step\": 1}\n{\"name\": \"val_loss\", \"value\": 2.25, \"step\": 1}\n{\"name\": \"loss\", \"value\": 2.0, \"step\": 2}\n{\"name\": \"val_loss\", \"value\": 2.125, \"step\": 2}\n")]
    public void ReadsCurvesHoweverTheyAreNested(string text)
    {
        var run = Assert.Single(ReadRun.Of(text, "results.json"));

        Assert.Equal([2.5, 2.0], run.Values(Metric.Loss));
        Assert.Equal([2.25, 2.125], run.Values(Metric.ValidationLoss));
        Assert.Equal(run.Steps(Metric.Loss), run.Steps(Metric.ValidationLoss));
    }

    [Theory]
    [InlineData("val_loss.json", "[2.5, 2.25, NaN, 2]")]
    [InlineData("val_loss.txt", "2.500000000000000000e+00\n2.250000000000000000e+00\nnan\n2.000000000000000000e+00\n")]
    [InlineData("run 1__val_loss.txt", "2.5\n2.25\nnan\n2\n")]
    [InlineData("val_loss_log.txt", "1,2.5\n2,2.25\n3,nan\n4,2\n")]
    [InlineData("val_loss_log.txt", "1 2.5\n2 2.25\n3 nan\n4 2\n")]
    public void NamesNumbersWithoutANameAfterTheFile(string name, string text) => Assert.Equal([2.5, 2.25, double.NaN, 2], Assert.Single(ReadRun.Of(text, name)).Values(Metric.ValidationLoss));

    [Fact]
    public void NamesTheLineThatIsNoNumber()
    {
        var run = Assert.Single(ReadRun.Of("2.5\n2.25\nabc\n2\n", "loss.txt"));

        Assert.Equal([2.5, 2.25, 2], run.Values(Metric.Loss));
        Assert.Equal("expected a number, or a step and a number, found 'abc'", Assert.Single(run.Log.Damage).Problem);
    }

    [Theory]
    [InlineData("notes.json", "[2.5, 2.25]")]
    [InlineData("numbers.txt", "2.5\n2.25\n")]
    public void GuessesNoNameForNumbersWithoutOne(string name, string text) => Assert.Throws<LogFormatException>(() => ReadRun.Of(text, name));

    [Fact]
    public void ReportsADamagedLineAndKeepsTheOthers()
    {
        var run = Assert.Single(ReadRun.Of("{\"step\": 1, \"loss\": 2}\n{\"step\": 2, \"lo\n{\"step\": 3, \"loss\": 1}\n{\"step\": 4, \"los"));

        Assert.Equal([2.0, 1.0], run.Values(Metric.Loss));
        Assert.Equal(["log(2)", "log(4)"], run.Log.Damage.Select(damage => damage.Location));
    }

    [Fact]
    public void RecognisesRewardsAndAdversaries()
    {
        Assert.Equal(TrainingTask.Reinforcement, Assert.Single(ReadRun.Of("{\"step\": 1, \"rollout/ep_rew_mean\": 2, \"train/loss\": 1}\n{\"step\": 2, \"rollout/ep_rew_mean\": 2, \"train/loss\": 1}\n")).Run.Task);
        Assert.Equal(TrainingTask.Adversarial, Assert.Single(ReadRun.Of("epoch,g_loss,d_loss\n1,2,3\n2,3,2\n")).Run.Task);
        Assert.Equal(TrainingTask.Preference, Assert.Single(ReadRun.Of("epoch,loss,rewards/chosen,rewards/rejected\n1,2,3,4\n2,3,2,4\n")).Run.Task);
    }

    [Fact]
    public void ReadsEachLineTheSameWhateverStoodBeforeIt()
    {
        var value = Gen.OneOf(
            Gen.Double.Select(number => number.ToString("R", CultureInfo.InvariantCulture)),
            Gen.Int.Select(number => number.ToString(CultureInfo.InvariantCulture)),
            OneOf("NaN", "null", "true", "-0", "1E5", "\"2.5\"", "[3]", "{\"mean\": 4}"));
        var field = OneOf("step", "loss", "val_loss", "lr", "loss2", "a \\\" b").Select(OneOf(": ", ":"), value, (key, colon, number) => $"\"{key}\"{colon}{number}");
        var line = OneOf("{", "{ ", " {").Select(field.Array[1, 5], OneOf(", ", ","), OneOf("}", "},", " } ", "", "}}"), (begin, fields, comma, end) => begin + string.Join(comma, fields) + end);
        line.Array[1, 6].Select(Gen.Int[1, 6].Array[1, 20]).Sample((kinds, order) =>
        {
            string[] lines = [.. order.Select(i => kinds[i % kinds.Length])];
            Assert.Equal(lines.SelectMany(one => Parse([one])), Parse(lines));
        });

        static Gen<string> OneOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(i => texts[i]);

        static List<string> Parse(string[] lines)
        {
            using var input = LogInput.Open(new MemoryStream("{}"u8.ToArray()), "log", new LogReadOptions());
            var facts = new LogFacts { Format = "jsonl" };
            var parser = new JsonLineParser(facts);
            var rows = new RowBatch();
            var told = new List<string>();
            foreach (string text in lines)
            {
                rows.Clear();
                parser.Parse(Encoding.UTF8.GetBytes(text), new LinePlace(input, 1, true, false), rows);
                told.AddRange(Enumerable.Range(0, rows.RowCount).Select(row => string.Join(" ", rows[row].ToArray().Select(cell => string.Create(CultureInfo.InvariantCulture, $"{facts.Columns[cell.Column].Name}={cell.Value:R}")))));
                told.AddRange(rows.Damage.Select(damage => damage.Problem));
            }

            return told;
        }
    }

    [Fact]
    public void ReadsTheSameWhereverBlocksEnd()
    {
        // More than the first block, so that lines lie across blocks and are parsed on several threads.
        string text = string.Concat(Enumerable.Range(1, 30_000).Select(i => string.Create(CultureInfo.InvariantCulture, $"{{\"step\": {i}, \"loss\": {1.0 / i:R}, \"pad\": \"{new string('x', i % 300)}\"}}\n")));

        var run = Assert.Single(ReadRun.Of(text));

        Assert.Equal(Enumerable.Range(1, 30_000).Select(i => (long)i), run.Steps(Metric.Loss));
        Assert.Equal(Enumerable.Range(1, 30_000).Select(i => 1.0 / i), run.Values(Metric.Loss));
        Assert.Empty(run.Log.Damage);
    }
}
