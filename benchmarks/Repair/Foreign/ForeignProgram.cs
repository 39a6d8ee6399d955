using System.Globalization;
using System.Text.Json;
using TorchSharp;
using TrainingDoctor.Changes;
using TrainingDoctor.Corpus;

namespace TrainingDoctor.Benchmarks.Repair;

/// <summary>
/// A program of the corpus as a process of its own: with a monitor, and nothing else that can be changed from outside; or as a plain program that takes flags and writes a CSV. Beside that it writes how it came out,
/// for the benchmark alone.
/// </summary>
internal static class ForeignProgram
{
    /// <summary>The word that the command line begins with.</summary>
    public const string Verb = "train";

    /// <summary>Runs it.</summary>
    /// <param name="arguments">The command line behind the verb.</param>
    public static int Run(string[] arguments)
    {
        if (arguments.Contains("--help"))
        {
            Console.WriteLine(PlainFlags.Help);
            return 0;
        }

        torch.set_num_threads(1);
        var (name, seed, results) = (string.Empty, 1, string.Empty);
        string? csv = null;
        var changes = new List<ProgramChange>();
        for (int i = 0; i < arguments.Length; i += 2)
        {
            string value = arguments[i + 1];
            switch (arguments[i])
            {
                case "--program":
                    name = value;
                    break;
                case "--seed":
                    seed = int.Parse(value, CultureInfo.InvariantCulture);
                    break;
                case "--results":
                    results = value;
                    break;
                case "--csv":
                    csv = value;
                    break;
                default:
                    changes.Add(PlainFlags.Change(arguments[i], value) ?? throw new ArgumentException($"Unknown option {arguments[i]}."));
                    break;
            }
        }

        var program = TrainingCorpus.All.Single(item => item.Name == name);
        if (csv is not null)
        {
            // The monitor of a plain program only tells the benchmark how it came out.
            Environment.SetEnvironmentVariable("TRAINDOCTOR_RECORD", null);
            Environment.SetEnvironmentVariable("TRAINDOCTOR_TRIAL", null);
        }

        var judge = new Judge(program);
        using var writer = csv is null ? null : new CurveWriter(csv);
        using var monitoring = new MonitoringObserver(next: new Both(judge, new ResultWriter(results, program), writer));
        var told = new ToldProgram(new CuredProgram(program.ToProgram(), changes), () => monitoring.Monitor);
        TrainingLoop.Run(told, seed, monitoring);
        ResultWriter.Write(results, new ForeignResult(1, judge.With(^1, monitoring.Report!)));
        return 0;
    }

    /// <summary>Tells the monitor between the backward pass and the optimizer's step, as a program would that has the line for it.</summary>
    private sealed class ToldProgram(ITrainingProgram inner, Func<TrainingMonitor?> monitor) : ITrainingProgram
    {
        public string Name => inner.Name;

        public TrainingTask Task => inner.Task;

        public int Epochs => inner.Epochs;

        public TrainingData CreateData(int seed) => inner.CreateData(seed);

        public torch.nn.Module CreateModel() => inner.CreateModel();

        public IReadOnlyList<torch.optim.Optimizer> CreateOptimizers(torch.nn.Module model) => inner.CreateOptimizers(model);

        public torch.nn.Module<torch.Tensor, torch.Tensor, torch.Tensor>? CreateLoss() => inner.CreateLoss();

        public IEnumerable<TrainingBatch> Batches(TrainingState state) => inner.Batches(state);

        public torch.Tensor Step(TrainingState state, TrainingBatch batch)
        {
            // Last of all who act before the update, the program's own clipping among them.
            state.BeforeUpdate -= Tell;
            state.BeforeUpdate += Tell;
            return inner.Step(state, batch);
        }

        public void EndEpoch(TrainingState state) => inner.EndEpoch(state);

        public ValidationScore? Validate(TrainingState state) => inner.Validate(state);

        private void Tell(TrainingState state) => monitor()?.BeforeStep();
    }

    private sealed class Both(params ITrainingObserver?[] all) : ITrainingObserver
    {
        public void Started(TrainingState state) => Each(observer => observer.Started(state));

        public void Stepped(TrainingState state, TrainingBatch batch, torch.Tensor loss) => Each(observer => observer.Stepped(state, batch, loss));

        public void Validated(TrainingState state, ValidationScore score) => Each(observer => observer.Validated(state, score));

        public void Completed(TrainingState state) => Each(observer => observer.Completed(state));

        private void Each(Action<ITrainingObserver> action) => all.OfType<ITrainingObserver>().ToList().ForEach(action);
    }

    /// <summary>Writes a row for every step and every validation, as plain programs do.</summary>
    private sealed class CurveWriter : ITrainingObserver, IDisposable
    {
        private readonly StreamWriter _file;

        public CurveWriter(string path)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            _file = new StreamWriter(path) { AutoFlush = true };
            _file.WriteLine("step,epoch,loss,lr,val_loss,val_accuracy");
        }

        public void Started(TrainingState state)
        {
        }

        public void Stepped(TrainingState state, TrainingBatch batch, torch.Tensor loss)
        {
            using var number = loss.detach().to_type(torch.ScalarType.Float64);
            _file.WriteLine(FormattableString.Invariant($"{state.Step},{state.Epoch},{number.mean().item<double>():R},{state.Optimizer.ParamGroups.First().LearningRate:R},,"));
        }

        public void Validated(TrainingState state, ValidationScore score) => _file.WriteLine(FormattableString.Invariant($"{state.Step},{state.Epoch},,,{score.Loss:R},{score.Accuracy:R}"));

        public void Completed(TrainingState state)
        {
        }

        public void Dispose() => _file.Dispose();
    }
}

/// <summary>How a foreign training came out.</summary>
/// <param name="Share">How much of it ran, from 0 to 1.</param>
/// <param name="After">How it came out; null for one that was ended.</param>
internal sealed record ForeignResult(double Share, Judgement? After);

/// <summary>Keeps the result of a foreign training up to date, so that one that is ended has told how far it came.</summary>
internal sealed class ResultWriter(string path, CorpusProgram program) : ITrainingObserver
{
    private int _epoch;

    public static void Write(string path, ForeignResult result)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        File.WriteAllText(path + ".new", JsonSerializer.Serialize(result, WorkerPool.Json));
        File.Move(path + ".new", path, overwrite: true);
    }

    public void Started(TrainingState state) => Write(path, new ForeignResult(0, null));

    public void Stepped(TrainingState state, TrainingBatch batch, torch.Tensor loss)
    {
        int epoch = state.Epoch + 1;
        if (epoch != _epoch)
        {
            _epoch = epoch;
            Write(path, new ForeignResult(Math.Min(1, epoch / (double)program.Epochs), null));
        }
    }

    public void Validated(TrainingState state, ValidationScore score)
    {
    }

    public void Completed(TrainingState state)
    {
    }
}
