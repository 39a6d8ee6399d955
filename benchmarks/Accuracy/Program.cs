using TrainingDoctor;
using TrainingDoctor.Corpus;
TorchSharp.torch.set_num_threads(1);
for (int i = 0; i < 2; i++)
{
    var o = TrainingLoop.Run(new Smoke(), 1);
    Console.WriteLine(FormattableString.Invariant($"{o.Losses.Count} {o.Losses[^1]} {o.FinalValidation} {o.Duration}"));
}
