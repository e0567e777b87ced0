/* What one core can do: both small networks by hand, every size known to the compiler.
 *
 *   cc -Ofast -march=native one_core.c -lmvec -lm -o one_core
 *   ./one_core moons 100            (or: approximation 400; the number is that of epochs)
 *
 * prints the microseconds of a step, the final loss, and the loss of a constant.
 * It makes its own data, and goes through them in order.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* float32, as all other systems */
static const float LEARNING_RATE = 0.001f, BETA_1 = 0.9f, BETA_2 = 0.999f;
static const float EPSILON = 1e-8f;

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + 1e-9 * t.tv_nsec;
}

static float uniform(void) { return rand() / (float)RAND_MAX; }

static float sigmoid(float z) { return 1 / (1 + expf(-z)); }

static void draw_glorot(float *weight, int n_in, int n_out, int row) {
    float bound = sqrtf(6.0f / (n_in + n_out));
    for (int i = 0; i < n_in; i++)
        for (int j = 0; j < n_out; j++)
            weight[i * row + j] = (2 * uniform() - 1) * bound;
}

static void adam(float *p, const float *g, float *m, float *v, int n, int t) {
    float rate = LEARNING_RATE * sqrtf(1 - powf(BETA_2, t)) / (1 - powf(BETA_1, t));
    for (int i = 0; i < n; i++) {
        m[i] = BETA_1 * m[i] + (1 - BETA_1) * g[i];
        v[i] = BETA_2 * v[i] + (1 - BETA_2) * g[i] * g[i];
        p[i] -= rate * m[i] / (sqrtf(v[i]) + EPSILON);
    }
}

/* -- Moons: 2-100-25-1, relu, logistic output ------------------------------------- */

enum { N_MOONS = 1000, MOONS_BATCH = 64 };
/* rows filled up to whole vectors; what is filled in is and stays zero */
enum { H1 = 112, H2 = 32 };

struct moons {
    float W1[2][H1], b1[H1], W2[H1][H2], b2[H2], W3[H2], b3;
};
enum { MOONS_SIZE = sizeof(struct moons) / sizeof(float) };
static struct moons moons, moons_gradient, moons_mean, moons_square;

static float moons_hidden(const float *x, float *a1, float *a2) {
    const struct moons *p = &moons;
    float z2[H2], z3 = p->b3;
    for (int j = 0; j < H1; j++) {
        float z = p->b1[j] + x[0] * p->W1[0][j] + x[1] * p->W1[1][j];
        a1[j] = z > 0 ? z : 0;
    }
    for (int k = 0; k < H2; k++) z2[k] = p->b2[k];
    for (int j = 0; j < H1; j++) {
        float a = a1[j];
        for (int k = 0; k < H2; k++) z2[k] += a * p->W2[j][k];
    }
    for (int k = 0; k < H2; k++) {
        a2[k] = z2[k] > 0 ? z2[k] : 0;
        z3 += a2[k] * p->W3[k];
    }
    return z3;
}

static void moons_step(const float (*X)[2], const float *y, int n, int t) {
    const struct moons *p = &moons;
    struct moons *g = &moons_gradient;
    memset(g, 0, sizeof *g);
    for (int i = 0; i < n; i++) {
        float a1[H1], a2[H2], d1[H1], d2[H2];
        float d3 = (sigmoid(moons_hidden(X[i], a1, a2)) - y[i]) / n;
        g->b3 += d3;
        for (int k = 0; k < H2; k++) {
            g->W3[k] += d3 * a2[k];
            d2[k] = a2[k] > 0 ? d3 * p->W3[k] : 0;
            g->b2[k] += d2[k];
        }
        for (int j = 0; j < H1; j++) {
            float sum = 0, a = a1[j];
            for (int k = 0; k < H2; k++) {
                sum += p->W2[j][k] * d2[k];
                g->W2[j][k] += a * d2[k];
            }
            d1[j] = a > 0 ? sum : 0;
        }
        for (int j = 0; j < H1; j++) {
            g->W1[0][j] += X[i][0] * d1[j];
            g->W1[1][j] += X[i][1] * d1[j];
            g->b1[j] += d1[j];
        }
    }
    adam((float *)&moons, (float *)g, (float *)&moons_mean, (float *)&moons_square,
         MOONS_SIZE, t);
}

static void train_moons(int epochs) {
    static float X[N_MOONS][2], y[N_MOONS];
    for (int i = 0; i < N_MOONS; i++) {
        /* two half circles, with noise that is nearly normal */
        float angle = 3.14159265f * uniform(), noise[2] = {-6, -6};
        for (int k = 0; k < 12; k++) noise[0] += uniform(), noise[1] += uniform();
        y[i] = i % 2;
        X[i][0] = (y[i] ? 1 - cosf(angle) : cosf(angle)) + 0.2f * noise[0];
        X[i][1] = (y[i] ? 0.5f - sinf(angle) : sinf(angle)) + 0.2f * noise[1];
    }
    draw_glorot(moons.W1[0], 2, 100, H1);
    draw_glorot(moons.W2[0], 100, 25, H2);
    draw_glorot(moons.W3, 25, 1, 1);

    int t = 0;
    double start = seconds();
    for (int epoch = 0; epoch < epochs; epoch++)
        for (int i = 0; i < N_MOONS; i += MOONS_BATCH) {
            int n = N_MOONS - i < MOONS_BATCH ? N_MOONS - i : MOONS_BATCH;
            moons_step(X + i, y + i, n, ++t);
        }
    double elapsed = seconds() - start, loss = 0;
    for (int i = 0; i < N_MOONS; i++) {
        float a1[H1], a2[H2], z = moons_hidden(X[i], a1, a2);
        loss += log1p(exp(y[i] ? -z : z)) / N_MOONS;
    }
    printf("%.3f %.6f %.6f\n", 1e6 * elapsed / t, loss, log(2));
}

/* -- Approximation: 1-50-1, logistic, identity output ----------------------------- */

enum { N_CURVE = 10000, CURVE_BATCH = 2000, H = 50, ROW = 64 };

struct curve {
    float W1[ROW], b1[ROW], W2[ROW], b2;
};
enum { CURVE_SIZE = sizeof(struct curve) / sizeof(float) };
static struct curve curve, curve_gradient, curve_mean, curve_square;

static float curve_output(float x, float *a) {
    const struct curve *p = &curve;
    float z = p->b2;
    for (int j = 0; j < H; j++) a[j] = sigmoid(x * p->W1[j] + p->b1[j]);
    for (int j = 0; j < H; j++) z += a[j] * p->W2[j];
    return z;
}

static void curve_step(const float *x, const float *y, int n, int t) {
    const struct curve *p = &curve;
    float gW1[ROW] = {0}, gb1[ROW] = {0}, gW2[ROW] = {0}, gb2 = 0;
    for (int i = 0; i < n; i++) {
        float a[ROW], d = (curve_output(x[i], a) - y[i]) / n;
        gb2 += d;
        for (int j = 0; j < H; j++) {
            float d1 = d * p->W2[j] * a[j] * (1 - a[j]);
            gW2[j] += d * a[j];
            gW1[j] += x[i] * d1;
            gb1[j] += d1;
        }
    }
    memcpy(curve_gradient.W1, gW1, sizeof gW1);
    memcpy(curve_gradient.b1, gb1, sizeof gb1);
    memcpy(curve_gradient.W2, gW2, sizeof gW2);
    curve_gradient.b2 = gb2;
    adam((float *)&curve, (float *)&curve_gradient, (float *)&curve_mean,
         (float *)&curve_square, CURVE_SIZE, t);
}

static void train_approximation(int epochs) {
    static float x[N_CURVE], y[N_CURVE];
    double mean = 0, variance = 0, loss = 0;
    for (int i = 0; i < N_CURVE; i++) {
        /* a step that shares no divisor with the number of points mixes them */
        x[i] = (7919 * i % N_CURVE) / (float)N_CURVE;
        y[i] = 0.2f + 0.4f * x[i] * x[i] + 0.3f * x[i] * sinf(9 * x[i]);
        mean += y[i] / N_CURVE;
    }
    draw_glorot(curve.W1, 1, H, ROW);
    draw_glorot(curve.W2, H, 1, 1);

    int t = 0;
    double start = seconds();
    for (int epoch = 0; epoch < epochs; epoch++)
        for (int i = 0; i < N_CURVE; i += CURVE_BATCH)
            curve_step(x + i, y + i, CURVE_BATCH, ++t);
    double elapsed = seconds() - start;
    for (int i = 0; i < N_CURVE; i++) {
        float a[ROW], error = curve_output(x[i], a) - y[i];
        loss += error * error / N_CURVE;
        variance += (y[i] - mean) * (y[i] - mean) / N_CURVE;
    }
    printf("%.3f %.6f %.6f\n", 1e6 * elapsed / t, loss, variance);
}

int main(int argc, char **argv) {
    if (argc != 3 || atoi(argv[2]) < 1) {
        fprintf(stderr, "usage: one_core moons|approximation EPOCHS\n");
        return 2;
    }
    if (strcmp(argv[1], "moons") == 0)
        train_moons(atoi(argv[2]));
    else
        train_approximation(atoi(argv[2]));
    return 0;
}
