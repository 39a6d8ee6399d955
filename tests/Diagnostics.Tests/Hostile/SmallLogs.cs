using System.Globalization;
using System.Text;
using TrainingDoctor.Tests.Readers;

namespace TrainingDoctor.Tests.Hostile;

/// <summary>A small log of every format, of one and the same training: what is changed in tests of robustness.</summary>
internal static class SmallLogs
{
    private const int Rows = 48;

    /// <summary>Gets the logs by the name of their file.</summary>
    public static IReadOnlyList<(string Name, byte[] Bytes)> All { get; } =
    [
        ("metrics.csv", Text("epoch,step,train_loss,val_loss,lr\n", i => $"{i / 8},{i * 10},{Loss(i)},{(i % 8 == 7 ? Validation(i) : string.Empty)},0.001\n")),
        ("history.csv", Text("epoch,accuracy,loss,val_accuracy,val_loss\n", i => $"{i},{Accuracy(i)},{Loss(i)},{Accuracy(i)},{Validation(i)}\n")),
        ("results.csv", Text("                  epoch,         train/box_loss,         train/cls_loss,           val/box_loss\n", i => $"      {i + 1},   {Loss(i)},   {Loss(i)},   {Validation(i)}\n")),
        ("log.jsonl", Text(string.Empty, i => $"{{\"step\": {i * 10}, \"loss\": {Loss(i)}, \"lr\": 0.001, \"grad_norm\": {Accuracy(i)}}}\n")),
        ("metrics.json", Text(string.Empty, i => $"{{\"data_time\": 0.01, \"eta_seconds\": 100.5, \"iteration\": {(i * 20) + 19}, \"loss_cls\": {Loss(i)}, \"lr\": 0.01, \"total_loss\": {Loss(i)}}}\n")),
        ("scalars.json", Text(string.Empty, i => $"{{\"lr\": 0.01, \"data_time\": 0.01, \"loss\": {Loss(i)}, \"time\": 0.2, \"epoch\": {(i / 8) + 1}, \"iter\": {i * 50}, \"memory\": 100, \"step\": {i * 50}}}\n")),
        ("trainer_state.json", Encoding.UTF8.GetBytes($"{{\"max_steps\": 480, \"log_history\": [{string.Join(", ", Enumerable.Range(0, Rows).Select(i => FormattableString.Invariant($"{{\"epoch\": {i / 8.0}, \"learning_rate\": 1e-05, \"loss\": {Loss(i)}, \"step\": {i * 10}}}, {{\"epoch\": {i / 8.0}, \"eval_loss\": {Validation(i)}, \"step\": {i * 10}}}")))}]}}")),
        ("history.json", Encoding.UTF8.GetBytes($"{{\"loss\": [{List(Loss)}], \"val_loss\": [{List(Validation)}], \"accuracy\": [{List(Accuracy)}]}}")),
        ("train.log", Text("Using device cpu\n", i => $"2026-01-02 10:{i:00}:00,123 INFO Epoch [{i + 1}/{Rows}], Step [20/20], Loss: {Loss(i)}, lr: 1e-3\nvalid | loss {Validation(i)}\n")),
        ("progress.txt", Text(string.Empty, i => $"Epoch {i + 1}/{Rows}\n10/10 [==============================] - 1s 5ms/step - loss: {Loss(i)} - val_loss: {Validation(i)}\n")),
        ("bars.log", Text(string.Empty, i => $"\rEpoch {i}:  50%|#####     | 5/10 [00:01<00:01, 5.0it/s, loss={Loss(i)}]\rEpoch {i}: 100%|##########| 10/10 [00:02<00:00, 5.0it/s, loss={Loss(i)}]\n")),
        ("log.txt", Text("0 val 10.5\n", i => $"{i} train {Loss(i)}\n")),
        ("val_loss", Text(string.Empty, i => $"{1617110664967 + i} {Validation(i)} {i}\n")),
        ("table.md", Text("| epoch | loss | val_loss |\n|---|---|---|\n", i => $"| {i} | {Loss(i)} | {Validation(i)} |\n")),
        ("page.html", Encoding.UTF8.GetBytes($"<html><body><h1>Run</h1><table><tr><th>epoch</th><th>loss</th><th>val_loss</th></tr>\n{Lines(i => $"<tr><td>{i}</td><td>{Loss(i)}</td><td>{Validation(i)}</td></tr>")}\n</table></body></html>\n")),
        ("train.ipynb", Encoding.UTF8.GetBytes($"{{\"cells\": [{{\"cell_type\": \"code\", \"source\": [\"fit()\"], \"outputs\": [{{\"output_type\": \"stream\", \"text\": [{Lines(i => $"\"epoch {i} loss: {Loss(i)} val_loss: {Validation(i)}\\n\"", ", ")}]}}]}}], \"nbformat\": 4}}\n")),
        ("epochs.xml", Encoding.UTF8.GetBytes($"<?xml version=\"1.0\"?>\n<run>\n{Lines(i => $"<epoch number=\"{i}\"><loss>{Loss(i)}</loss><val_loss>{Validation(i)}</val_loss></epoch>")}\n</run>\n")),
        ("events.out.tfevents.1", Events()),
        ("run.jsonl", Telemetry()),
    ];

    private static byte[] Text(string head, Func<int, FormattableString> row) =>
        Encoding.UTF8.GetBytes(head + string.Concat(Enumerable.Range(0, Rows).Select(i => row(i).ToString(CultureInfo.InvariantCulture))));

    private static string Loss(int i) => (0.1 + (2 * Math.Exp(-i / 12.0)) + (0.02 * Math.Sin(7 * i))).ToString("F5", CultureInfo.InvariantCulture);

    private static string Validation(int i) => (0.2 + (2 * Math.Exp(-i / 12.0)) + (0.03 * Math.Cos(5 * i))).ToString("F5", CultureInfo.InvariantCulture);

    private static string Accuracy(int i) => (1 - (0.9 * Math.Exp(-i / 12.0))).ToString("F4", CultureInfo.InvariantCulture);

    private static string Lines(Func<int, string> row, string between = "\n") => string.Join(between, Enumerable.Range(0, Rows).Select(row));

    private static string List(Func<int, string> value) => string.Join(", ", Enumerable.Range(0, Rows).Select(value));

    private static byte[] Events()
    {
        var file = new EventFileWriter();
        for (int i = 0; i < Rows; i++)
        {
            file.Scalar(i, "train/loss", (float)double.Parse(Loss(i), CultureInfo.InvariantCulture)).Tensor(i, "val/loss", (float)double.Parse(Validation(i), CultureInfo.InvariantCulture), "scalars");
        }

        return file.Histogram(Rows, "fc.weight", -1, 1, 4, 0, 2).ToArray();
    }

    private static byte[] Telemetry()
    {
        const string Model = """{"typeName":"Net","isSequential":true,"layers":[{"path":"fc","typeName":"Linear","kind":"Linear","isLeaf":true,"isHooked":true,"inputFeatures":8,"outputFeatures":16,"hasBias":true},{"path":"relu","typeName":"ReLU","kind":"Activation","activation":"ReLU","isLeaf":true,"isHooked":true},{"path":"out","typeName":"Linear","kind":"Linear","isLeaf":true,"isHooked":true,"inputFeatures":16,"outputFeatures":3,"hasBias":true}],"parameters":[{"name":"fc.weight","layerPath":"fc","role":"Weight","shape":[16,8],"count":128,"fanIn":8,"fanOut":16,"initialStandardDeviation":0.2,"initialAbsoluteMaximum":0.35,"isInOptimizer":true},{"name":"fc.bias","layerPath":"fc","role":"Bias","shape":[16],"count":16,"isInOptimizer":true},{"name":"out.weight","layerPath":"out","role":"Weight","shape":[3,16],"count":48,"fanIn":16,"fanOut":3,"initialStandardDeviation":0.14,"isInOptimizer":true}]}""";
        const string Head = "{\"telemetry\":\"1.0\",\"run\":{\"name\":\"digits\",\"source\":\"live\",\"task\":\"MulticlassClassification\",\"device\":\"cpu\",\"startedAt\":\"2026-01-02T10:00:00+00:00\",\"plannedSteps\":100,\"model\":" + Model
            + ",\"optimizer\":{\"typeName\":\"Adam\",\"learningRates\":[0.001],\"weightDecay\":0.0,\"parameterCount\":3},\"loss\":{\"kind\":\"CrossEntropy\",\"typeName\":\"CrossEntropyLoss\",\"reduction\":\"mean\"}}}\n";
        string steps = string.Concat(Enumerable.Range(0, Rows).Select(i => string.Create(
            CultureInfo.InvariantCulture,
            $"{{\"step\":{i},\"m\":[[\"loss\",\"\",{Loss(i)}],[\"learning_rate\",\"\",0.001],[\"output_mean\",\"fc\",{Accuracy(i)}],[\"output_standard_deviation\",\"fc\",1.1],[\"zero_fraction\",\"relu\",0.5],[\"dead_fraction\",\"relu\",0],[\"gradient_norm\",\"fc.weight\",{Loss(i)}],[\"gradient_norm\",\"out.weight\",{Loss(i)}],[\"weight_norm\",\"fc.weight\",3.2],[\"update_ratio\",\"fc.weight\",0.001],[\"call_order\",\"fc\",0],[\"call_order\",\"relu\",1],[\"input_origin\",\"relu\",0],[\"validation_loss\",\"\",{Validation(i)}],[\"validation_loss\",\"dataset:test\",{Validation(i)}]]}}\n")));
        return Encoding.UTF8.GetBytes(Head + steps + "{\"complete\":true}\n");
    }
}
