using TrainingDoctor;
using TrainingDoctor.Corpus;
TorchSharp.torch.set_num_threads(1);
var filter = args.Length > 0 ? args[0] : "";
int seeds = args.Length > 1 ? int.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture) : 1;
if (filter == "dbg") { var q = TrainingCorpus.All.First(p => p.Name == "healthy-cnn"); var o2 = CorpusRunner.Run(q, 2); int k = o2.Training.Losses.ToList().FindIndex(l => !double.IsFinite(l)); Console.WriteLine($"{k} {string.Join(" ", o2.Training.Losses.Skip(Math.Max(0,k-5)).Take(8))}"); return; }
foreach (var p in TrainingCorpus.All.Where(p => p.Name.Contains(filter)))
{
    for (int s = 1; s <= seeds; s++)
    {
        try
        {
            var t = System.Diagnostics.Stopwatch.StartNew();
            var o = CorpusRunner.Run(p, s);
            bool holds = p.Truth.HoldsWhen?.Invoke(o) ?? true;
            Console.WriteLine(FormattableString.Invariant($"{(holds ? "  " : "X ")}{(p.Truth.IsIll ? "ill" : "ok ")} {p.Name,-34} s{s} skill {o.Skill,6:F2} steps {o.Training.Losses.Count,5} {t.Elapsed.TotalSeconds,5:F1}s loss {o.Training.Losses[0]:G3} -> {o.Training.Losses[^1]:G3} val {o.Training.FinalValidation?.Loss:G3} acc {o.Training.FinalValidation?.Accuracy:G3} decl {o.ValidationDecline:G2} {(o.HasNonFiniteLoss ? "NONFINITE" : "")}"));
        }
        catch (Exception e) { Console.WriteLine($"! {p.Name} s{s}: {e.GetType().Name} {e.Message.Split('\n')[0]}"); }
    }
}
