namespace TrainingDoctor.Corpus.Healthy;

/// <summary>Learning-rate schedules: what rises, falls and jumps by plan is no illness.</summary>
public static class Schedules
{
    private const int Steps = 240;

    public static CorpusProgram WarmUp => With("healthy-warm-up", 0.1, (step, peak) => peak * Math.Min(1, (step + 1) / 40.0));

    public static CorpusProgram Cosine => With("healthy-cosine", 0.1, (step, peak) => peak * (1 + Math.Cos(Math.PI * step / Steps)) / 2);

    public static CorpusProgram WarmRestarts => With("healthy-warm-restarts", 0.1, (step, peak) => peak * (1.02 + Math.Cos(Math.PI * (step % 80) / 80)) / 2);

    public static CorpusProgram OneCycle => With("healthy-one-cycle", 0.3, (step, peak) => step < 80 ? peak * (0.1 + (0.9 * step / 80)) : peak * Math.Max(0.001, (Steps - step) / 160.0));

    public static CorpusProgram Cyclic => With("healthy-cyclic", 0.12, (step, peak) => peak * (0.1 + (0.9 * Math.Abs((step % 40 / 20.0) - 1))));

    public static CorpusProgram StepDecay => With("healthy-step-decay", 0.1, (step, peak) => peak * Math.Pow(0.1, step / 100));

    public static CorpusProgram LinearDecay => With("healthy-linear-decay", 0.1, (step, peak) => peak * (1 - (step / (double)Steps)));

    public static CorpusProgram InverseRoot => With("healthy-inverse-root", 0.15, (step, peak) => peak * Math.Min((step + 1) / 20.0, Math.Sqrt(20.0 / (step + 1))));

    private static CorpusProgram With(string name, double peak, Func<int, double, double> schedule) => Activations.Rectified with
    {
        Name = name,
        Optimizer = model => optim.SGD(model.parameters(), peak, momentum: 0.5),
        BeginStep = state => state.ChangeLearningRate(_ => schedule(state.Step, peak)),
        Epochs = Steps / 20,
    };
}
